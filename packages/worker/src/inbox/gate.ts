import type { LogFn } from '@ccbot/shared/log/logger';
import { admit } from './admit';
import type { Inbound } from './model';
import { takeOne, type Allowance } from './pace';

/**
 * Lines in the log about updates that were not admitted, per minute: anybody can write to the bot, and must not be able
 * to fill the disk. `strangers` in the next line counts all of them.
 */
const LINES_PER_MINUTE = 20;

/** Decides before anything is stored. An update of somebody else costs no write, and nothing of it is kept. */
export interface Gate {
  /** Whether an update may be stored: an allowed user sent it, in the private chat with the bot. */
  admits(inbound: Inbound): boolean;
  /** Logs who sent an update that was not admitted, and its kind, never what it says. */
  turnAway(inbound: Inbound): void;
}

export function createGate(deps: {
  isAllowed(user: number): boolean;
  log: LogFn;
  /** Milliseconds since the epoch. */
  now(): number;
}): Gate {
  let strangers = 0;
  let allowance: Allowance | undefined;
  const decide = (inbound: Inbound) => admit(inbound, (user) => deps.isAllowed(user));
  return {
    admits: (inbound) => decide(inbound).admitted,
    turnAway(inbound) {
      const admission = decide(inbound);
      if (admission.admitted) return;
      strangers++;
      const taken = takeOne(allowance, deps.now(), LINES_PER_MINUTE);
      allowance = taken.allowance;
      if (!taken.admitted) return;
      deps.log('info', 'update not admitted', {
        why: admission.why,
        kind: inbound.kind === 'other' ? inbound.what : inbound.kind,
        user: inbound.userId,
        strangers,
      });
    },
  };
}
