/** What `/health` tells, in Chinese. */
export const health = {
  process: 'ccbot {{version}}，已运行 {{span}}',
  unpolled: '上次轮询：还没有',
  polled: '上次轮询：{{span}}前',
  memory: '内存：{{size}}',
  handle: '等待处理：{{n}}',
  oldest: '等待处理：{{n}}，最久的已等 {{span}}',
  sessions: '会话：{{n}}',
  send: '等待发送：{{n}}',
} as const;
