/** What is said about agents: which there are, which is meant, how one ended, what one hands to another. Markdown. */
export const agents = {
  inDirectory: '{{agent}} in a directory',
  anyCommand: 'any command (a REPL, a build, ssh), with its screen here',
  name: 'name',
  path: 'path',
  command: 'command',
  handoverUsage:
    'Say which agent is to go on: {{known}}, with a session’s name behind it where it is another one.',
  nothingToHandOver: '{{name}} has no transcript yet, so there is nothing to hand over.',
  handedOver:
    '{{agent}} takes over from {{from}}: it is told in {{name}} what was asked and done. {{from}} stays as it is.',
  shellOf: 'The shell of {{name}}',
  commandIn: '{{line}} in {{name}}',
  commandEnded: '{{what}} ended ({{status}}).',
} as const;
