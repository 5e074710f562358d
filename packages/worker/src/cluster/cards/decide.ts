import type { CardRole } from '../model';

/** What a machine knows when it decides whether it draws the card and the footer of a chat. */
export interface CardFacts {
  /** The machine that decides. */
  self: string;
  /** It takes part in the cluster. */
  isJoined: boolean;
  /** The chat's active session, as this machine has it. */
  active: string | undefined;
  /** The machine of the active session; undefined: no machine is known to have it. */
  owner: string | undefined;
  /** The machine that polls, if that is known. */
  poller: string | null;
  /** The machines that say that a card of theirs may be in the chat. */
  claims: CardClaims;
  /** For how long the active session and its machine have been the same here, ms. */
  sameMs: number;
}

export interface CardClaims {
  /** The cluster has the claim of this machine. */
  mine: boolean;
  /** Other machines with a claim, those that are away left out. */
  others: readonly string[];
}

export interface CardDecision {
  role: CardRole;
  /** This machine draws the card as soon as it may, so the others have to know of it. */
  claims: boolean;
  /** After this long, ms, time alone may change the decision. */
  againMs?: number;
}

/**
 * How long a machine has to remove its card before another draws its own, ms: it may have been killed. One that lost the
 * cluster notices it within this time, and stops to draw.
 */
export const CLEAR_MS = 8_000;

/** After this long, ms, the machine of a session is not on its way any more: nobody has the session. */
export const UNKNOWN_MS = 2_000;

/**
 * Decides whether a machine draws the card and the footer of a chat. At most one machine may at a time, so each has to
 * claim it first. The cluster puts all claims into one order, which every machine sees: one that sees its own claim also
 * sees each earlier one, and each change of the active session before it.
 */
export function decideCard(facts: CardFacts): CardDecision {
  const { self, isJoined, claims, sameMs } = facts;
  // Another machine may have the card by now. What is in the chat stays until this is known.
  if (!isJoined) return { role: 'wait', claims: false };
  const drawer = drawerOf(facts);
  if (drawer !== self)
    return { role: 'clear', claims: false, ...(drawer === null ? { againMs: UNKNOWN_MS - sameMs } : {}) };
  if (!claims.mine) return { role: 'wait', claims: true };
  if (claims.others.length > 0 && sameMs < CLEAR_MS)
    return { role: 'wait', claims: true, againMs: CLEAR_MS - sameMs };
  return { role: 'draw', claims: true };
}

/** The machine that draws; without a session only the footer, which the poller can do. Null: nobody for now. */
function drawerOf({ active, owner, poller, sameMs }: CardFacts): string | null {
  if (active !== undefined && owner !== undefined) return owner;
  return active === undefined || sameMs >= UNKNOWN_MS ? poller : null;
}
