import * as z from 'zod/mini';
import { head } from './envelope';

export { PROTOCOL_VERSION } from './envelope';
export type { Beat, ClusterReport, TroubleReport, WorkerMessage } from './worker-message';

export const supervisorMessage = z.discriminatedUnion('type', [
  /** The worker must stop polling, confirm the offset, send what it can, persist and exit 0. SIGKILL follows the deadline. */
  z.object({ ...head, type: z.literal('drain'), deadlineMs: z.number() }),
]);
export type SupervisorMessage = z.infer<typeof supervisorMessage>;

/** Time between two beats, ms. */
export const BEAT_INTERVAL_MS = 2_000;

/** An environment variable of the worker: the generation to put into its messages. */
export const GENERATION_ENV = 'CCBOT_GENERATION';
/** An environment variable of the worker. `1`: the kernel does not kill it with its supervisor, so it must watch for that. */
export const ORPHAN_WATCH_ENV = 'CCBOT_ORPHAN_WATCH';
/** An environment variable of the worker: the number of the inherited lock descriptor. */
export const LOCK_FD_ENV = 'CCBOT_LOCK_FD';
/**
 * An environment variable of the worker. `1`: the supervisor has set the {@link ALLOCATOR} for it, which is nothing for
 * the programs that the worker starts.
 */
export const ALLOCATOR_ENV = 'CCBOT_ALLOCATOR';
/**
 * How glibc's allocator behaves: one heap instead of one for each thread, and free memory goes back to the kernel. Other
 * systems do not know these variables.
 */
export const ALLOCATOR: Readonly<Record<string, string>> = {
  MALLOC_ARENA_MAX: '1',
  MALLOC_TRIM_THRESHOLD_: '65536',
  MALLOC_MMAP_THRESHOLD_: '131072',
};
/** An environment variable of the worker. `1`: its standard input is the bot token, which is not among the settings. */
export const TOKEN_STDIN_ENV = 'CCBOT_TOKEN_STDIN';
