import { parseJson } from '@ccbot/shared/protocol/json';
import * as z from 'zod/mini';
import type { Settings } from '../../../store/settings';

const pending = z.object({
  /** The key of its offer. */
  key: z.string(),
  chatId: z.number(),
  thread: z.number(),
  /** The update with the command. */
  update: z.number(),
  session: z.string(),
  to: z.string(),
  agent: z.string(),
  /**
   * `asked`: may it continue there? `confirming`: the user is asked. `confirmed`: what was confirmed is being pushed.
   * `offered`: the other machine may take it.
   */
  step: z.enum(['asked', 'confirming', 'confirmed', 'offered']),
  /** Of the other machine's answer; 0 before it. */
  revision: z.number(),
  /** When this step began, ms since the epoch. */
  at: z.number(),
  /** The user was told why it takes long. */
  told: z.boolean(),
  /** What the user is asked to confirm. `nonce` is in the buttons. */
  plan: z.nullable(
    z.object({
      nonce: z.string(),
      /** The clone on this machine, and what is pushed from it; null: nothing is carried by git. */
      branch: z.nullable(
        z.object({
          root: z.string(),
          name: z.string(),
          commit: z.string(),
          /** Where it is pushed; null: it is there already. */
          pushUrl: z.nullable(z.string()),
        }),
      ),
      /** The files that are not carried. */
      changes: z.array(z.string()),
    }),
  ),
});

/** A session that this machine hands to another one, until it is known how that ended. */
export type Pending = z.infer<typeof pending>;
export type Plan = NonNullable<Pending['plan']>;

/** On disk: what was offered is followed up after a restart. */
export interface PendingStore {
  all(): Pending[];
  get(key: string): Pending | undefined;
  byNonce(nonce: string): Pending | undefined;
  put(pending: Pending): void;
  remove(key: string): void;
}

const SCOPE = 'handover:';

export function createPendingStore(settings: Settings): PendingStore {
  const read = (text: string | undefined): Pending | undefined => parseJson(pending, text ?? '') ?? undefined;
  const all = (): Pending[] => settings.under(SCOPE).flatMap(({ value }) => read(value) ?? []);
  return {
    all,
    get: (key) => read(settings.get(`${SCOPE}${key}`, 'pending')),
    byNonce: (nonce) => all().find(({ plan }) => plan?.nonce === nonce),
    put: (one) => settings.set(`${SCOPE}${one.key}`, 'pending', JSON.stringify(one)),
    remove: (key) => settings.set(`${SCOPE}${key}`, 'pending', ''),
  };
}
