/** What `/health` tells. */
export const health = {
  process: 'ccbot {{version}}, running for {{span}}',
  unpolled: 'last poll: none yet',
  polled: 'last poll: {{span}} ago',
  memory: 'memory: {{size}}',
  handle: 'waiting to be handled: {{n}}',
  oldest: 'waiting to be handled: {{n}}, the oldest for {{span}}',
  sessions: 'sessions: {{n}}',
  send: 'waiting to be sent: {{n}}',
} as const;
