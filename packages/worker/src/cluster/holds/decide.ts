import * as z from 'zod/mini';

/** The chats that Telegram holds up: one of them, or all. */
export type HeldChat = number | 'all';

/** What a machine tells the others when Telegram tells it to wait. */
export const holdRow = z.object({
  /** The machine that was told. */
  host: z.string(),
  /** For how long from the writing on, ms. */
  ms: z.number().check(z.positive()),
});
export type HoldRow = z.infer<typeof holdRow>;

/** A longer wait counts as this long, ms: then the machine asks Telegram itself. */
export const HOLD_MOST_MS = 3_600_000;

/** A hold that ends at most this much later than the one before is not worth telling, ms. */
const TELL_MS = 500;

/** For how long a hold of another machine still counts, ms; 0: it is over, or our own. Both times are the server's, ms. */
export function heldFor({ host, ms }: HoldRow, at: number, now: number, self: string): number {
  if (host === self) return 0;
  return Math.max(0, Math.min(ms, HOLD_MOST_MS) - Math.max(0, now - at));
}

/**
 * What the others should hold when Telegram tells this machine to wait in a chat. `held`: until when it has held each chat
 * so far, and `now`, ms of one clock. Where Telegram holds up two chats at once, it means the bot. Null: they know already.
 */
export function heldBy(
  chatId: number,
  ms: number,
  held: ReadonlyMap<HeldChat, number>,
  now: number,
): HeldChat | null {
  const others = [...held].some(([chat, until]) => chat !== chatId && chat !== 'all' && until > now);
  const chat = others ? 'all' : chatId;
  const known = Math.max(held.get(chat) ?? 0, held.get('all') ?? 0);
  return now + ms > known + TELL_MS ? chat : null;
}
