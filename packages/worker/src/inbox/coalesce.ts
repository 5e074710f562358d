import type { Inbound, InboundAttachment, InboundText, MessagePart } from './model';

/** A part of at least this many UTF-16 units may have been cut off by the phone: clients cut at 4,096, at a line's or word's end before it. */
export const PASTE_PART = 4_000;
/** A message that is cut off at exactly this length was cut within a line. */
const MESSAGE_MAX = 4_096;
/** The most messages that are taken for one, and the most UTF-16 units of them together. */
export const PARTS_MAX = 12;
/** See {@link PARTS_MAX}. */
export const JOINED_MAX = 50_000;
/** The most files of an album (Bot API, sendMediaGroup). */
const ALBUM_MAX = 10;

/** How long more of what belongs together may be on its way, ms. */
const GAP = { paste: 1_500, album: 800, forwards: 300 } as const;
/** Telegram tells the time of a message in whole seconds: two within 1.5 s differ by 2 at most. */
const DATES_APART_MS = 2_000;
/** The bot's own messages take ids too: so many may lie between two parts. */
const IDS_APART = 5;

/** What nobody's paste ends with, and somebody who regrets it writes at once. */
const LONE_COMMAND = /^\/[a-z_]{2,32}$/i;

/** Why messages belong together. */
type Bond = keyof typeof GAP;

/** One of the oldest updates that wait in a lane. */
export interface Candidate {
  inbound: Inbound;
  /** When it was stored, ms since the epoch. */
  receivedAt: number;
}

/**
 * How many of the oldest `count` updates of a lane belong together and can be handled now, or how long more of them
 * may be on their way, ms. `since` is when this worker began: what came before it is given its time anew, as the rest
 * may have waited at Telegram's meanwhile. Later ones are only looked at (`at`) when the first can have more.
 */
export function coalesce(
  count: number,
  at: (index: number) => Candidate,
  now: number,
  since: number,
): { take: number } | { waitMs: number } {
  const first = at(0);
  const bond = bondOf(first.inbound);
  if (bond === null) return { take: 1 };
  let taken = 1;
  let last = first;
  let length = lengthOf(first.inbound);
  const full = (): boolean =>
    taken >= (bond === 'album' ? ALBUM_MAX : PARTS_MAX) || !mayGoOn(bond, last.inbound);
  while (taken < count && !full()) {
    const next = at(taken);
    length += lengthOf(next.inbound);
    if (!joins(bond, last.inbound, next.inbound) || length > JOINED_MAX) return { take: taken };
    last = next;
    taken++;
  }
  const waitedMs = now - Math.max(last.receivedAt, since);
  // Less than nothing: the clock was put back, and nobody knows how long it has waited.
  if (full() || waitedMs < 0 || waitedMs >= GAP[bond]) return { take: taken };
  return { waitMs: GAP[bond] - waitedMs };
}

function bondOf(inbound: Inbound): Bond | null {
  if (inbound.kind === 'text') return inbound.text.length >= PASTE_PART ? 'paste' : null;
  if (inbound.kind !== 'attachment') return null;
  if (inbound.parts[0]?.forward !== undefined) return 'forwards';
  return inbound.album === undefined ? null : 'album';
}

/** Whether something can follow on this one. */
function mayGoOn(bond: Bond, inbound: Inbound): boolean {
  return bond !== 'paste' || lengthOf(inbound) >= PASTE_PART;
}

function joins(bond: Bond, last: Inbound, next: Inbound): boolean {
  if (last.kind !== 'text' && last.kind !== 'attachment') return false;
  if (next.kind !== last.kind || next.userId !== last.userId || next.isPrivate !== last.isPrivate)
    return false;
  const apart = next.messageId - last.messageId;
  const near = apart > 0 && apart <= IDS_APART && Math.abs(next.at - last.at) <= DATES_APART_MS;
  switch (bond) {
    case 'paste':
      // Only the first part of a paste answers to something, and a lone command is meant as one.
      return (
        near &&
        !LONE_COMMAND.test(next.text) &&
        next.replyTo === undefined &&
        next.parts[0]?.quote === undefined
      );
    case 'album':
      return next.kind === 'attachment' && last.kind === 'attachment' && next.album === last.album;
    case 'forwards':
      return near && next.parts[0]?.forward !== undefined;
  }
}

function lengthOf(inbound: Inbound): number {
  return inbound.kind === 'text' || inbound.kind === 'attachment' ? inbound.text.length : 0;
}

/** One message of those that belong together; they are all of one kind. */
export function joined(
  messages: readonly (InboundText | InboundAttachment)[],
): InboundText | InboundAttachment {
  const [first] = messages;
  const last = messages.at(-1);
  if (first === undefined || last === undefined) throw new Error('nothing to join');
  if (messages.length === 1) return first;
  const parts = messages.flatMap((m) => m.parts);
  if (first.kind === 'text') return { ...first, messageId: last.messageId, text: pasteOf(parts), parts };
  const text = parts
    .map((p) => p.text)
    .filter((t) => t !== '')
    .join('\n\n');
  return { ...first, text, parts };
}

/**
 * The text that a phone cut into parts. It trims what it cuts, so the character in between is guessed: none within a
 * line of full length, else the end of a line, or a space where the whole has no lines.
 */
export function pasteOf(parts: readonly MessagePart[]): string {
  const hasLines = parts.some((p) => p.text.includes('\n'));
  return parts.reduce((whole, part, i) => {
    const before = parts[i - 1]?.text;
    if (before === undefined) return part.text;
    // A character outside the basic plane is never cut: the part before it is one unit shorter.
    const full = before.length >= MESSAGE_MAX - (/^[\ud800-\udbff]/.test(part.text) ? 1 : 0);
    const between = before.length < PASTE_PART ? '\n\n' : full ? '' : hasLines ? '\n' : ' ';
    return whole + between + part.text;
  }, '');
}
