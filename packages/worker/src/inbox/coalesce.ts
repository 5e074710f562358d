import { PASTE_PART, pasteOf } from '../attachments/paste';
import type { Inbound, InboundAttachment, InboundText } from './model';

/** The most messages that are joined into one, and their most UTF-16 units together. */
export const PARTS_MAX = 12;
/** See {@link PARTS_MAX}. */
export const JOINED_MAX = 50_000;
/** The most files of an album (Bot API, sendMediaGroup). */
const ALBUM_MAX = 10;

/** How long another message that belongs to a group may take to arrive, ms. */
const GAP = { paste: 1_500, album: 800, forwards: 300 } as const;
/** Telegram dates messages in whole seconds: two within 1.5 s differ by 2 s at most. */
const DATES_APART_MS = 2_000;
/** The bot's own messages take ids too: two parts may be this far apart. */
const IDS_APART = 5;

/** No paste ends with a lone command, and a user who regrets a paste sends `/stop` right after it. */
const LONE_COMMAND = /^\/[a-z_]{2,32}$/i;

/** What makes messages belong together. */
type Bond = keyof typeof GAP;

/** One of the oldest updates that wait in a lane. */
export interface Candidate {
  inbound: Inbound;
  /** When it was stored, ms since the epoch. */
  receivedAt: number;
}

/**
 * How many of the oldest `count` updates of a lane belong together and can be handled now, or how long to wait for more
 * of them, ms. `since` is when this worker started: waits for older updates begin then, because the rest may have been
 * waiting at Telegram meanwhile. Reads a later candidate only if it can belong to the first.
 */
export function coalesce(
  count: number,
  candidate: (index: number) => Candidate,
  now: number,
  since: number,
): { take: number } | { waitMs: number } {
  const first = candidate(0);
  const bond = bondOf(first.inbound);
  if (bond === null) return { take: 1 };
  let taken = 1;
  let last = first;
  let length = lengthOf(first.inbound);
  const isComplete = (): boolean =>
    taken >= (bond === 'album' ? ALBUM_MAX : PARTS_MAX) || !mayContinue(bond, last.inbound);
  while (taken < count && !isComplete()) {
    const next = candidate(taken);
    length += lengthOf(next.inbound);
    if (!joins(bond, last.inbound, next.inbound) || length > JOINED_MAX) return { take: taken };
    last = next;
    taken++;
  }
  const waitedMs = now - Math.max(last.receivedAt, since);
  // A negative wait: the clock was set back, and the real wait is unknown.
  if (isComplete() || waitedMs < 0 || waitedMs >= GAP[bond]) return { take: taken };
  return { waitMs: GAP[bond] - waitedMs };
}

function bondOf(inbound: Inbound): Bond | null {
  if (inbound.kind === 'text') return inbound.text.length >= PASTE_PART ? 'paste' : null;
  if (inbound.kind !== 'attachment') return null;
  if (inbound.parts[0]?.forward !== undefined) return 'forwards';
  return inbound.album === undefined ? null : 'album';
}

/** Whether another message can follow this one. */
function mayContinue(bond: Bond, inbound: Inbound): boolean {
  return bond !== 'paste' || lengthOf(inbound) >= PASTE_PART;
}

function joins(bond: Bond, last: Inbound, next: Inbound): boolean {
  if (last.kind !== 'text' && last.kind !== 'attachment') return false;
  if (next.kind !== last.kind || next.userId !== last.userId || next.isPrivate !== last.isPrivate)
    return false;
  const idsApart = next.messageId - last.messageId;
  const isNear = idsApart > 0 && idsApart <= IDS_APART && Math.abs(next.at - last.at) <= DATES_APART_MS;
  switch (bond) {
    case 'paste':
      // Only the first part of a paste can be a reply, and a lone command is meant as a command.
      return (
        isNear &&
        !LONE_COMMAND.test(next.text) &&
        next.replyTo === undefined &&
        next.parts[0]?.quote === undefined
      );
    case 'album':
      return next.kind === 'attachment' && last.kind === 'attachment' && next.album === last.album;
    case 'forwards':
      return isNear && next.parts[0]?.forward !== undefined;
  }
}

function lengthOf(inbound: Inbound): number {
  return inbound.kind === 'text' || inbound.kind === 'attachment' ? inbound.text.length : 0;
}

/** Joins messages that belong together; they are all of one kind. */
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
