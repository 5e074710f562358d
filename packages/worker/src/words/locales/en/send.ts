/** What is said about files that agents send. Plain text, not Markdown. */
export const send = {
  offered:
    '🔑 {{session}} wants to send you {{name}} ({{size}}). It may hold credentials, and Telegram keeps what is sent. Send it?',
  sendIt: 'Send it',
  doNot: 'Do not',
  agreed: '{{name}} is being sent.',
  notSent: '{{name}} was not sent.',
  offerOver: 'This question is over.',
  offerGone: '{{name}} is not there any more; nothing was sent.',
  offerChanged: '{{name}} has changed since you were asked; nothing was sent.',
} as const;
