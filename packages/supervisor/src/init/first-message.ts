import type { ApiAnswer } from '../net/bot-api';

/** Who wrote to the bot. */
export interface Writer {
  id: number;
  /** First and last name, and the user name where there is one. */
  name: string;
  text: string;
}

/** How long one poll is held, seconds. */
const HOLD_SEC = 25;

/** Time between two tries when Telegram cannot be asked, ms. */
const AGAIN_MS = 2_000;

/**
 * Waits for messages to the bot in private chats and asks of each writer whether it is the person; resolves with
 * the one that is. A message that was asked about is confirmed: it was for this, and no agent is to get it.
 */
export async function firstMessage(deps: {
  call(method: string, body: unknown, timeoutMs: number): Promise<ApiAnswer>;
  isIt(writer: Writer): Promise<boolean>;
  pause(ms: number): Promise<void>;
}): Promise<Writer> {
  let offset = 0;
  const refused = new Set<number>();
  for (;;) {
    const body = { offset, timeout: HOLD_SEC, allowed_updates: ['message'] };
    let answer: ApiAnswer;
    try {
      answer = await deps.call('getUpdates', body, (HOLD_SEC + 15) * 1_000);
    } catch {
      await deps.pause(AGAIN_MS); // the network; the person sees that it is still waited for
      continue;
    }
    if (answer.status === 409)
      throw new Error('another program polls this bot; stop it first (`ccbot doctor` tells more)');
    if (answer.status === 401) throw new Error('Telegram refuses the token now');
    if (answer.status !== 200 || !Array.isArray(answer.result)) {
      await deps.pause(AGAIN_MS);
      continue;
    }
    for (const update of answer.result as Update[]) {
      if (typeof update?.update_id !== 'number') continue;
      offset = update.update_id + 1;
      const writer = writerOf(update);
      if (writer === null || refused.has(writer.id)) continue;
      if (await deps.isIt(writer)) {
        await deps.call('getUpdates', { offset, timeout: 0, limit: 1 }, 10_000).catch(() => undefined); // unconfirmed it only comes again
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

/** Who wrote, of a message in a private chat; null for anything else. */
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

/** What a stranger wrote must not steer the terminal. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, ' ').trim();
}
