/** The words on a card, in English. */
export const labels = {
  phase: { starting: 'starting', idle: 'ready', working: 'working', ended: 'ended', lost: 'lost' },
  outcome: { done: 'done', interrupted: 'interrupted', failed: 'failed' },
  running: 'running',
  interrupt: '⏹ Ctrl-C',
  stop: '⏹ Stop',
  screen: '🖥 Screen',
  allowing: (until: string) => `⚠ allows everything ${until}`,
  stopAllowing: '✗ Stop allowing',
  compacted: 'context compacted',
  context: (percent: number): string => `ctx ${percent} %`,
  cost: (usd: number): string => `$${usd.toFixed(2)}`,
  todos: (done: number, all: number): string => `☑ ${done} of ${all} done`,
  agents: (running: number, ended: number): string =>
    `🤖 ${running === 1 ? '1 sub-agent' : `${running} sub-agents`} at work${ended === 0 ? '' : `, ${ended} done`}`,
  more: (n: number): string => `… ${n} more`,
  error: 'an error without a description',
  tools: (n: number): string => (n === 1 ? '1 tool' : `${n} tools`),
  earlier: (n: number): string => `… ${n} earlier`,
  earlierTexts: (n: number): string =>
    n === 1
      ? '… 1 earlier text is in the transcript only'
      : `… ${n} earlier texts are in the transcript only`,
} as const;

/** The one sign that a glance needs: what is the matter? */
export const signs = {
  phase: { starting: '⏳', idle: '●', working: '⏳', ended: '■', lost: '✗' },
  outcome: { done: '✓', interrupted: '■', failed: '✗' },
  todo: { open: '○', doing: '◐', done: '●' },
  writing: '✍',
  tool: { running: '▸', ok: '✓', failed: '✗' },
  error: '⚠',
  prompt: '❯',
} as const;

/** A span of time as people say it: `7s`, `3m 05s`, `2h 05m`, `1d 3h`. Negative ones (a clock set back) are `0s`. */
export function spanOf(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (n: number): string => String(n).padStart(2, '0');
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m ${two(seconds % 60)}s`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)}h ${two(Math.floor(seconds / 60) % 60)}m`;
  return `${Math.floor(seconds / 86_400)}d ${Math.floor(seconds / 3600) % 24}h`;
}

/** Until when a rule holds, in this machine's time zone: `until 14:05`, `until it is done`. */
export function timeOf(until: number | 'done'): string {
  if (until === 'done') return 'until it is done';
  const at = new Date(until);
  const two = (n: number): string => String(n).padStart(2, '0');
  return `until ${two(at.getHours())}:${two(at.getMinutes())}`;
}
