import type { Trouble } from '@ccbot/shared/net/classify';
import type { ApiAnswer } from '../net/bot-api';
import { troubleOf } from '../net/probe';

/** The sender of a message to the bot. */
export interface Writer {
  id: number;
  /** First and last name, and the user name if there is one. */
  name: string;
  text: string;
}

/** How long Telegram holds one poll, seconds. */
const HOLD_SEC = 25;

/** The pause before the next poll after a failed one, ms. */
const RETRY_MS = 2_000;

/**
 * After a poll of ours that broke off, Telegram may hold it for up to a minute and answer the next ones with 409. So many
 * of them are not another poller's.
 */
const HELD_TRIES = 60_000 / RETRY_MS;

const OTHER_POLLER =
  'another program polls this bot; stop it first (see `ccbot doctor`). If you have stopped it just now, try again in a minute';

/**
 * Waits for private messages to the bot and asks about each sender until the user confirms one. Messages that were asked
 * about are confirmed, so no agent gets them later.
 */
export async function firstMessage(deps: {
  call(method: string, body: unknown, timeoutMs: number): Promise<ApiAnswer>;
  confirm(writer: Writer): Promise<boolean>;
  pause(ms: number): Promise<void>;
  /** Why polls fail; they continue. */
  report(trouble: Trouble): void;
}): Promise<Writer> {
  let offset = 0;
  let heldTries = 0;
  const refused = new Set<number>();
  for (;;) {
    const body = { offset, timeout: HOLD_SEC, allowed_updates: ['message'] };
    let answer: ApiAnswer;
    try {
      answer = await deps.call('getUpdates', body, (HOLD_SEC + 15) * 1_000);
    } catch (error) {
      heldTries = HELD_TRIES;
      deps.report(troubleOf(error));
      await deps.pause(RETRY_MS);
      continue;
    }
    if (answer.status === 409 && heldTries-- <= 0) throw new Error(OTHER_POLLER);
    if (answer.trouble?.code === 'TOKEN_REFUSED') throw new Error('Telegram now rejects the token');
    if (answer.status !== 200 || !Array.isArray(answer.result)) {
      if (answer.trouble !== null) deps.report(answer.trouble);
      await deps.pause(RETRY_MS);
      continue;
    }
    heldTries = 0;
    for (const update of answer.result as Update[]) {
      if (typeof update?.update_id !== 'number') continue;
      offset = update.update_id + 1;
      const writer = writerOf(update);
      if (writer === null || refused.has(writer.id)) continue;
      if (await deps.confirm(writer)) {
        await deps.call('getUpdates', { offset, timeout: 0, limit: 1 }, 10_000).catch(() => undefined); // at worst it comes again
        return writer;
      }
      refused.add(writer.id);
    }
  }
}

interface Update {
  update_id?: unknown;
  message?: {
    text?: unknown;
    chat?: { type?: unknown };
    from?: { id?: unknown; is_bot?: unknown; first_name?: unknown; last_name?: unknown; username?: unknown };
  };
}

/** The sender of a private message; null for any other update. */
export function writerOf({ message }: Update): Writer | null {
  const { from, chat } = message ?? {};
  if (typeof from?.id !== 'number' || from.is_bot === true || chat?.type !== 'private') return null;
  const names = [from.first_name, from.last_name].filter((name): name is string => typeof name === 'string');
  const username = typeof from.username === 'string' ? [`@${from.username}`] : [];
  const name = [...names, ...username].join(' ').slice(0, 100);
  return {
    id: from.id,
    name: printable(name) || '(no name)',
    text: printable(String(message?.text ?? '')).slice(0, 60),
  };
}

/** A stranger's text must not control the terminal. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, ' ').trim();
}
