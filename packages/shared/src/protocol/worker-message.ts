import * as z from 'zod/mini';
import { head, type OtherMessage } from './envelope';
import { family } from './metrics';

// A module of its own: the worker needs its types only, and its schemas take 3 ms to create.

/** Why Telegram cannot be used, and what to do about it; redacted. `code` is that of a fault. */
export const trouble = z.object({ code: z.string(), what: z.string(), todo: z.string() });
export type TroubleReport = z.infer<typeof trouble>;

/** How a worker stands to the other machines that share the bot. */
export const clusterReport = z.object({
  /** This machine's name. */
  host: z.string(),
  /** True: another machine polls, or nobody may. The worker is well although it completes no poll. */
  standby: z.boolean(),
  /** The worker must not poll from then on, by `systemMonotonicMs`; null while it does not poll. */
  leaseUntil: z.nullable(z.number()),
  /** The machine that polls, as far as this one knows. */
  poller: z.nullable(z.string()),
  /** Set while this machine polls. */
  epoch: z.nullable(z.number()),
  /** Updates on the cluster that this machine has not taken over yet. */
  lag: z.number(),
  /** False: it has no connection, or may not take part; `trouble` says why. */
  joined: z.boolean(),
});
export type ClusterReport = z.infer<typeof clusterReport>;

/** The worker's progress, sent every `BEAT_INTERVAL_MS`. */
const beat = z.object({
  ...head,
  type: z.literal('beat'),
  /** ms since the epoch. */
  at: z.number(),
  /** When a `getUpdates` last completed, ms since the epoch; null before the first. Only this proves that polling works. */
  lastPollAt: z.nullable(z.number()),
  /** How many `getUpdates` Telegram has answered; a 429 or a 5xx counts too. An older worker does not send it. */
  answers: z.optional(z.number()),
  /** True while the poll loop pauses on purpose: for as long as a 429 asks, or until a full disk has room. */
  heldOff: z.optional(z.boolean()),
  /** Why polls fail, and since when, ms since the epoch; null while they succeed. An older worker does not send it. */
  trouble: z.optional(z.nullable(z.object({ ...trouble.shape, since: z.number() }))),
  /** How the worker stands to the other machines that share the bot; absent without a cluster. */
  cluster: z.optional(clusterReport),
  /** The longest event-loop delay since the last beat, ms. */
  loopLagMs: z.number(),
  /** Updates stored but not yet handled. */
  inbox: z.number(),
  /** Telegram calls waiting to be sent. */
  outbox: z.number(),
  sessions: z.number(),
  /** True while any agent is in a turn. The supervisor replaces a large worker when this is false. */
  busy: z.boolean(),
  rssBytes: z.number(),
});

export const workerMessage = z.discriminatedUnion('type', [
  z.object({ ...head, type: z.literal('hello'), pid: z.number(), version: z.string() }),
  /** The first poll completed, so the bot responds from now on; or the worker stands by. */
  z.object({
    ...head,
    type: z.literal('ready'),
    at: z.number(),
    botUsername: z.string(),
    /** True: no poll completed. The worker stands by for another machine that polls. */
    standby: z.optional(z.boolean()),
  }),
  beat,
  /** Telegram answered 409: a poller on another machine. The worker has stopped polling and exits 75. */
  z.object({ ...head, type: z.literal('conflict'), at: z.number(), text: z.string() }),
  /** The poll loop found that the network works, or that it does not. */
  z.object({ ...head, type: z.literal('network'), at: z.number(), up: z.boolean(), detail: z.string() }),
  /** The worker's metrics since its start; sent with a beat if anything changed. */
  z.object({ ...head, type: z.literal('metrics'), families: z.array(family) }),
  /** The reason for the exit that follows, already redacted. */
  z.object({ ...head, type: z.literal('fault'), at: z.number(), code: z.string(), text: z.string() }),
]);
export type WorkerMessage = z.infer<typeof workerMessage>;
export type Beat = z.infer<typeof beat>;

export function parseWorkerMessage(raw: unknown): WorkerMessage | OtherMessage {
  const parsed = workerMessage.safeParse(raw);
  return parsed.success ? parsed.data : { type: 'other', raw };
}
