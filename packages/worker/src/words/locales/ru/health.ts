/** What `/health` tells, in Russian. */
export const health = {
  process: 'ccbot {{version}}, работает {{span}}',
  unpolled: 'последний опрос: ещё не было',
  polled: 'последний опрос: {{span}} назад',
  memory: 'память: {{size}}',
  handle: 'ждут обработки: {{n}}',
  oldest: 'ждут обработки: {{n}}, дольше всего {{span}}',
  sessions: 'сессий: {{n}}',
  send: 'ждёт отправки: {{n}}',
} as const;
