/** What the supervisor itself tells the person in the chat. */
export type Notice =
  | { kind: 'loop'; failures: number; reason: string; nextInMs: number }
  | { kind: 'config'; reason: string }
  | { kind: 'conflict'; nextInMs: number }
  | { kind: 'well' };

/** A notice in words. `host` says which machine speaks. */
export function noticeText(notice: Notice, host: string): string {
  switch (notice.kind) {
    case 'loop':
      return [
        `⚠️ ccbot on ${host} keeps crashing (${notice.failures} times in a row).`,
        ...(notice.reason === '' ? [] : [`Last words: ${clip(notice.reason)}`]),
        `Next try in ${duration(notice.nextInMs)}. Your sessions go on; what you write waits. See \`ccbot logs\`.`,
      ].join('\n');
    case 'config':
      return [
        `⚠️ ccbot on ${host} cannot start: its settings are wrong.`,
        ...(notice.reason === '' ? [] : [clip(notice.reason)]),
        'It starts again by itself when the settings file changes.',
      ].join('\n');
    case 'conflict':
      return [
        `⚠️ Another ccbot, somewhere else, is using this bot’s token; ccbot on ${host} has stopped polling.`,
        `Stop the other one, or give each its own bot (@BotFather). Next try in ${duration(notice.nextInMs)}.`,
      ].join('\n');
    case 'well':
      return `✅ ccbot on ${host} is well again.`;
  }
}

/** The longest reason shown, characters. */
const REASON_MAX = 600;

function clip(text: string): string {
  return text.length <= REASON_MAX ? text : `${text.slice(0, REASON_MAX)}…`;
}

/** A time span for a person, such as `4 min 5 s`. */
export function duration(ms: number): string {
  const s = Math.max(0, Math.round(ms / 1_000));
  if (s < 60) return `${s} s`;
  const min = Math.floor(s / 60);
  if (min < 60) return s % 60 === 0 ? `${min} min` : `${min} min ${s % 60} s`;
  const h = Math.floor(min / 60);
  if (h < 24) return min % 60 === 0 ? `${h} h` : `${h} h ${min % 60} min`;
  const d = Math.floor(h / 24);
  return h % 24 === 0 ? `${d} d` : `${d} d ${h % 24} h`;
}
