/** Agents. Markdown. */
export const agents = {
  inDirectory: '{{agent}} in a directory',
  anyCommand: 'any command (a REPL, a build, ssh), with its screen here',
  name: 'name',
  path: 'path',
  command: 'command',
  shellOf: 'The shell of {{name}}',
  commandIn: '{{line}} in {{name}}',
  commandEnded: '{{what}} ended ({{status}}).',
} as const;
