export const en = {
  offered:
    '🔑 {{session}} wants to send you {{name}} ({{size}}), which may hold credentials. Telegram stores every file: send it anyway?',
  sendIt: 'Send it',
  doNot: 'Don’t send',
  sending: 'Sending {{name}}.',
  notSent: '{{name}} was not sent.',
  over: 'This question is closed. Ask the agent to send the file again.',
  gone: '{{name}} no longer exists, so nothing was sent.',
  changed: '{{name}} has changed since you were asked, so nothing was sent.',
} as const;
