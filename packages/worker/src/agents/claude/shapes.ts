import { commandIn, edit, fetch, multiEdit, notebookEdit, write, type Shapes } from '../tool-shapes';

export const claudeShapes: Shapes = new Map([
  ['Bash', commandIn('command')],
  ['Edit', edit],
  ['MultiEdit', multiEdit],
  ['Write', write],
  ['NotebookEdit', notebookEdit],
  ['WebFetch', fetch],
]);
