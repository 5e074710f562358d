import type { Beat, WorkerMessage } from '@ccbot/shared/protocol/messages';
import type { Notice } from './notice/words';

/** Why a living worker is made to go. */
export type StopWhy = 'stop' | 'reload' | 'lock' | 'silent' | 'deaf' | 'memory';

/** Why no worker runs for a while. */
export type WaitWhy = 'crash' | 'conflict';

/** What is. What is wanted is told apart: {@link State.wanted}. */
export type Phase =
  /** Nothing runs and nothing is wanted: before the start, and after the end. */
  | { is: 'stopped' }
  /** Before a start: the network is asked. */
  | { is: 'gate'; since: number }
  /** Between two starts. */
  | { is: 'waiting'; since: number; until: number; why: WaitWhy }
  /** The worker said that its settings are wrong; it is started again when they change. */
  | { is: 'misconfigured'; since: number }
  /** The worker lives and has not completed a poll yet. */
  | { is: 'starting' }
  | { is: 'running' }
  /** The worker was asked to go; `killAt` is null once SIGKILL is sent. */
  | { is: 'stopping'; why: StopWhy; killAt: number | null };

/** The worker that lives. All times but `lastPollAt` are of the monotonic clock, ms. */
export interface Child {
  generation: number;
  pid: number | null;
  version: string | null;
  startedAt: number;
  readyAt: number | null;
  botUsername: string | null;
  /** When it last said anything. */
  heardAt: number | null;
  /** When a beat last told of a poll that Telegram answered, or that is held off on purpose; until then the start. */
  pollSeenAt: number;
  beat: Beat | null;
  /** Telegram's 409, when it told of one. */
  conflict: string | null;
  /** What it gave as the reason of its exit. */
  fault: { code: string; text: string } | null;
}

/** One end of a worker, for `ccbot status`. */
export interface Ended {
  /** Monotonic, ms. */
  at: number;
  generation: number;
  /** Such as `exit 75`, `SIGKILL`, `blocked`, `restart asked for`. */
  why: string;
  /** The reason that it gave, or its last line of output. */
  detail: string;
  ranMs: number;
}

/** What is known of the network. */
export interface Network {
  up: boolean | null;
  /** When it became so, and when it was last known to be so; monotonic, ms. */
  since: number;
  seenAt: number;
  detail: string;
}

/** Everything that the machine knows. All times are of the monotonic clock, ms, unless said otherwise. */
export interface State {
  wanted: 'up' | 'down';
  phase: Phase;
  child: Child | null;
  /** Counts the workers started; news of an older one falls away. */
  generation: number;
  /** Crashes in a row. */
  failures: number;
  /** Exits by 409 in a row. */
  conflicts: number;
  /** Workers started again since the supervisor's start. */
  restarts: number;
  network: Network;
  probe: { asking: boolean; nextAt: number };
  nextLockCheckAt: number;
  /** What the person was told and not yet taken back. */
  told: Notice['kind'] | null;
  /** When notices were sent, the last hour's. */
  notices: readonly number[];
  /** The latest ends, newest first. */
  ended: readonly Ended[];
}

/** What of a worker's words bears on what becomes of it. */
export type Heard = Exclude<WorkerMessage, { type: 'metrics' }>;

/** What happens to the supervisor. `at` is of the monotonic clock, ms. */
export type Event = { at: number } & (
  | { type: 'start' }
  /** Asked for by a signal or a command; a second one does not wait any longer. */
  | { type: 'stop' }
  | { type: 'reload' }
  /** The armed time has come. */
  | { type: 'tick' }
  | { type: 'child.spawned'; generation: number; pid: number | null }
  | { type: 'child.message'; generation: number; message: Heard }
  | {
      type: 'child.exited';
      generation: number;
      code: number | null;
      signal: string | null;
      /** Its last line of output, redacted; or why it could not be started. */
      lastLine: string;
      /** In [0, 1), for jitter. */
      chance: number;
    }
  | { type: 'probe.done'; up: boolean; detail: string }
  | { type: 'settings.changed' }
  /** The lock file had been replaced and was taken again: the worker must get the new descriptor. */
  | { type: 'lock.renewed' }
  | { type: 'lock.lost'; text: string }
);

/** What is to be done. */
export type Effect =
  | { do: 'spawn'; generation: number }
  | { do: 'drain'; generation: number; deadlineMs: number }
  | { do: 'kill'; generation: number }
  /** Asks whether the network is there; or whether the Bot API does its work, which alone says that polls could succeed. */
  | { do: 'probe'; of: 'network' | 'api' }
  | { do: 'checkLock' }
  | { do: 'watchSettings'; on: boolean }
  | { do: 'notify'; notice: Notice }
  | { do: 'log'; level: 'error' | 'warn' | 'info'; text: string; meta?: Record<string, unknown> }
  | { do: 'exit'; code: number };

/** Before anything has happened. */
export function initialState(at: number): State {
  return {
    wanted: 'down',
    phase: { is: 'stopped' },
    child: null,
    generation: 0,
    failures: 0,
    conflicts: 0,
    restarts: 0,
    network: { up: null, since: at, seenAt: at, detail: '' },
    probe: { asking: false, nextAt: at },
    nextLockCheckAt: at,
    told: null,
    notices: [],
    ended: [],
  };
}
