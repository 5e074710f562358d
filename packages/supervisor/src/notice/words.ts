import { duration } from '@ccbot/shared/duration';

/** A message from the supervisor to the chat. */
export type Notice =
  | { kind: 'loop'; failures: number; reason: string; nextInMs: number }
  | { kind: 'config'; reason: string }
  | { kind: 'conflict'; nextInMs: number }
  | { kind: 'recovered' };

export function noticeText(notice: Notice, host: string): string {
  switch (notice.kind) {
    case 'loop':
      return [
        `⚠️ ccbot on ${host} keeps crashing (${notice.failures} times in a row).`,
        ...(notice.reason === '' ? [] : [`Last error: ${clip(notice.reason)}`]),
        `Next try in ${duration(notice.nextInMs)}. Your sessions keep running, and your messages wait. See \`ccbot logs\`.`,
      ].join('\n');
    case 'config':
      return [
        `⚠️ ccbot on ${host} cannot start because its settings are invalid.`,
        ...(notice.reason === '' ? [] : [clip(notice.reason)]),
        'Correct the settings file and ccbot starts by itself.',
      ].join('\n');
    case 'conflict':
      return [
        `⚠️ Another ccbot is using this bot’s token, so ccbot on ${host} has stopped polling.`,
        `Stop the other one, or give each its own bot (@BotFather). Next try in ${duration(notice.nextInMs)}.`,
      ].join('\n');
    case 'recovered':
      return `✅ ccbot on ${host} works again.`;
  }
}

/** The longest reason shown, characters. */
const REASON_MAX = 600;

function clip(text: string): string {
  return text.length <= REASON_MAX ? text : `${text.slice(0, REASON_MAX)}…`;
}
