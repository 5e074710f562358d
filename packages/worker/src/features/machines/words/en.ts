/** Markdown; buttons are plain text. */
export const en = {
  menu: 'Choose the machine for new sessions',
  head: '**Machines**',
  up_one: '{{host}}: {{count}} session',
  up_other: '{{host}}: {{count}} sessions',
  isDefault: '**Starts your sessions.**',
  hasDefault: 'Tap a machine to start your sessions there.',
  asksEachTime: 'I ask you each time on which machine to start a session. Tap one to always start there.',
  chosen: 'Your sessions now start on {{host}}.',
  noSuchMachine: 'No machine is called {{name}}. Choose one of {{known}}.',
  askButton: 'Ask each time',
} as const;
