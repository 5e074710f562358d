import type { Approved } from '@ccbot/shared/trust/approved';
import {
  changedNames,
  fingerprint,
  fingerprintOf,
  type Fingerprint,
  type NamedValues,
} from '@ccbot/shared/trust/fingerprint';
import * as z from 'zod/mini';

/** What a file holds now. */
export type Content =
  | { is: 'read'; values: NamedValues }
  | { is: 'missing' }
  /** It cannot be read, or it is no settings file: too large, a device, no JSON. */
  | { is: 'unreadable'; reason: string };

/** What is remembered of a file. The hashes are those of its last readable content. */
export interface Remembered {
  v: 1;
  is: Content['is'];
  fingerprint: Fingerprint;
  /** The users at that time. They hear of a change, because whoever made it may have chosen the users of now. */
  users: readonly number[];
}

export const rememberedSchema: z.ZodMiniType<Remembered> = z.object({
  v: z.literal(1),
  is: z.enum(['read', 'missing', 'unreadable']),
  fingerprint,
  users: z.array(z.number()),
});

/** How a file differs from what is remembered. */
export type Change =
  | { is: 'changed'; names: readonly string[] }
  | { is: 'removed' }
  | { is: 'unreadable'; reason: string };

export interface Comparison {
  /** What to tell the users. Null: nothing. */
  change: Change | null;
  /** What to remember from now on. Null: what is remembered still holds. */
  remember: Remembered | null;
}

/**
 * Compares a file with what is remembered and with what ccbot's own command wrote last. A file that was never seen is
 * remembered as it is, unless a command of ccbot wrote something else.
 */
export function compare(
  content: Content,
  remembered: Remembered | undefined,
  approved: Fingerprint | undefined,
  users: readonly number[],
): Comparison {
  const known = remembered?.fingerprint ?? approved;
  const { is } = content;
  const isSameState = remembered?.is === is;
  const hasSameUsers = remembered?.users.join() === users.join();
  const remember = (next: Fingerprint): Remembered => ({ v: 1, is, fingerprint: next, users });
  if (content.is !== 'read') {
    if (isSameState && hasSameUsers) return { change: null, remember: null };
    // Nothing was there, or ccbot removed it itself.
    const isExpected = known === undefined || isEmpty(known) || (approved !== undefined && isEmpty(approved));
    const change: Change | null =
      content.is === 'unreadable'
        ? { is: 'unreadable', reason: content.reason }
        : isExpected
          ? null
          : { is: 'removed' };
    return { change: isSameState ? null : change, remember: remember(known ?? fingerprintOf({})) };
  }
  const { values } = content;
  const names = known === undefined ? [] : changedNames(known, values);
  if (names.length === 0 && isSameState && hasSameUsers) return { change: null, remember: null };
  const isApproved = approved !== undefined && changedNames(approved, values).length === 0;
  return {
    change: names.length === 0 || isApproved ? null : { is: 'changed', names },
    remember: remember(fingerprintOf(values)),
  };
}

const isEmpty = ({ hashes }: Fingerprint): boolean => Object.keys(hashes).length === 0;

/** What ccbot's own commands wrote to a file last. */
export type ApprovedOf = (approved: Approved) => Fingerprint | undefined;
