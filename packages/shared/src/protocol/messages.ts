import * as z from 'zod/mini';
import { family } from './metrics';

/** Version of the messages between supervisor and worker; a message of another version is `other`. */
export const PROTOCOL_VERSION = 1;

const head = { v: z.literal(PROTOCOL_VERSION), generation: z.number() };

/** What the worker tells about its progress; sent every {@link BEAT_INTERVAL_MS}. */
const beat = z.object({
  ...head,
  type: z.literal('beat'),
  /** When the beat was made, ms since the epoch. */
  at: z.number(),
  /** When a `getUpdates` last completed, ms since the epoch; null before the first. Only this proves that polling lives. */
  lastPollAt: z.nullable(z.number()),
  /** How many `getUpdates` Telegram has answered, with whatever: a 429 or a 5xx is an answer too. Absent: an older worker. */
  answers: z.optional(z.number()),
  /** True while the poll loop waits on purpose: as long as a 429 asks for, or for room on a full disk. */
  heldOff: z.optional(z.boolean()),
  /** The longest event-loop delay since the last beat, ms. */
  loopLagMs: z.number(),
  /** Updates stored and not yet handled. */
  inbox: z.number(),
  /** Telegram calls waiting to be sent. */
  outbox: z.number(),
  sessions: z.number(),
  /** True while any agent is in a turn: a polite recycle waits for false. */
  busy: z.boolean(),
  rssBytes: z.number(),
});

/** What the worker sends to the supervisor. */
export const workerMessage = z.discriminatedUnion('type', [
  z.object({ ...head, type: z.literal('hello'), pid: z.number(), version: z.string() }),
  /** The first poll completed: the bot answers. */
  z.object({ ...head, type: z.literal('ready'), at: z.number(), botUsername: z.string() }),
  beat,
  /** Telegram answered 409: a poller on another machine. The worker has stopped polling and exits 75. */
  z.object({ ...head, type: z.literal('conflict'), at: z.number(), text: z.string() }),
  /** The network state as seen by the poll loop changed. */
  z.object({ ...head, type: z.literal('network'), at: z.number(), up: z.boolean(), detail: z.string() }),
  /** What the worker has counted and timed since its start; with a beat, where anything has changed. */
  z.object({ ...head, type: z.literal('metrics'), families: z.array(family) }),
  /** The reason of the exit that follows, already redacted. */
  z.object({ ...head, type: z.literal('fault'), at: z.number(), code: z.string(), text: z.string() }),
]);
/** A message from the worker. */
export type WorkerMessage = z.infer<typeof workerMessage>;
/** The worker's progress. */
export type Beat = z.infer<typeof beat>;

/** What the supervisor sends to the worker. */
export const supervisorMessage = z.discriminatedUnion('type', [
  /** Stop polling, confirm the offset, flush what can be sent, persist, exit 0; SIGKILL follows at the deadline. */
  z.object({ ...head, type: z.literal('drain'), deadlineMs: z.number() }),
]);
/** A message from the supervisor. */
export type SupervisorMessage = z.infer<typeof supervisorMessage>;

/** Time between two beats, ms. */
export const BEAT_INTERVAL_MS = 2_000;

/** In the worker's environment: the generation it must stamp on its messages. */
export const GENERATION_ENV = 'CCBOT_GENERATION';
/** In the worker's environment, set to `1`: the kernel does not kill it with its supervisor, so it must watch by itself. */
export const ORPHAN_WATCH_ENV = 'CCBOT_ORPHAN_WATCH';
/** In the worker's environment: the number of the inherited descriptor of the held lock. */
export const LOCK_FD_ENV = 'CCBOT_LOCK_FD';
