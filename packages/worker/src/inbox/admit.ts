import type { Inbound, Admitted } from './model';

/** Why an update was let in or not. Whoever is not admitted gets silence. */
export type Admission =
  | { admitted: true; inbound: Admitted }
  | { admitted: false; why: 'stranger' | 'not-private' | 'not-understood' };

/** Decides who may speak: allowed users, in their private chat with the bot, and nobody else. */
export function admit(inbound: Inbound, isAllowed: (user: number) => boolean): Admission {
  if (inbound.userId === undefined || !isAllowed(inbound.userId))
    return { admitted: false, why: 'stranger' };
  if (inbound.isPrivate !== true) return { admitted: false, why: 'not-private' };
  if (inbound.kind === 'other') return { admitted: false, why: 'not-understood' };
  return { admitted: true, inbound };
}
