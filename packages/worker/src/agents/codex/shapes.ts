import { commandIn, patchIn, type Shapes } from '../tool-shapes';

/** Its hook calls every shell tool `Bash`; the other names are those of its tools in its own records. */
export const codexShapes: Shapes = new Map([
  ['Bash', commandIn('command')],
  ['shell', commandIn('command')],
  ['shell_command', commandIn('command')],
  ['local_shell', commandIn('command')],
  ['exec_command', commandIn('cmd')],
  ['apply_patch', patchIn('command', 'input', 'patch')],
]);
