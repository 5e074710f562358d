export const en = {
  menu: 'Interrupt the agent',
  menuKill: 'End a session',
  stopping: 'Stopping…',
  nothingToStop: '{{name}} is idle. Nothing to stop.',
  stillWorking:
    '{{name}} ignored two interrupts and is still working. Look with /screen, or end it: its window closes, its transcript stays.',
  stopAgain: 'Stop again',
  keyFailed: 'I could not press the key in {{name}}: {{reason}}.',
  killSure: 'End {{name}}? Its agent stops and its window closes. The transcript stays.',
  killYes: 'End it',
  killed: '{{name}} was ended.',
} as const;
