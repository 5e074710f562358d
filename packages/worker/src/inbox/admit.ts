import type { Inbound, Spoken } from './model';

/** Why an update was let in or not. Whoever is not admitted gets silence. */
export type Admission =
  | { admitted: true; inbound: Spoken }
  | { admitted: false; why: 'stranger' | 'not-private' | 'not-understood' };

/** Decides who may speak: allowed users, in their private chat with the bot, and nobody else. */
export function admit(inbound: Inbound, allowed: ReadonlySet<number>): Admission {
  if (inbound.userId === undefined || !allowed.has(inbound.userId))
    return { admitted: false, why: 'stranger' };
  if (inbound.isPrivate !== true) return { admitted: false, why: 'not-private' };
  if (inbound.kind === 'other') return { admitted: false, why: 'not-understood' };
  return { admitted: true, inbound };
}
