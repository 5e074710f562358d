import type { Admitted, Inbound } from './model';

/** Senders who are not admitted get no answer at all. */
export type Admission =
  | { admitted: true; inbound: Admitted }
  | { admitted: false; why: 'stranger' | 'not-private' | 'not-understood' };

/** Admits allowed users in their private chat with the bot, and nobody else. */
export function admit(inbound: Inbound, isAllowed: (user: number) => boolean): Admission {
  if (inbound.userId === undefined || !isAllowed(inbound.userId)) return { admitted: false, why: 'stranger' };
  if (inbound.isPrivate !== true) return { admitted: false, why: 'not-private' };
  if (inbound.kind === 'other') return { admitted: false, why: 'not-understood' };
  return { admitted: true, inbound };
}
