export const en = {
  menu: 'Show the terminal, with keys',
  caption: 'Screen of {{name}}',
  asText: 'Screen of {{name}}:\n{{screen}}',
  undrawn: 'Screen of {{name}} as text. I could not draw it: {{why}}.\n{{screen}}',
  empty: '(the screen is empty)',
  unreadable: 'I could not read the screen of {{name}}: {{reason}}.',
  refresh: '🔄 Refresh',
  close: '✖ Close',
  noChange: 'The screen did not change. If the key got lost, press it again.',
  answered: 'That screen is gone. It was already answered.',
  answeredBy: 'That screen is gone. {{name}} already answered it.',
  keyFailed: 'I could not press the key in {{name}}: {{reason}}.',
} as const;
