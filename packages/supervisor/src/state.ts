import type { Beat, TroubleReport, WorkerMessage } from '@ccbot/shared/protocol/messages';
import type { Notice } from './notice/words';

/** Why the supervisor stops a running worker. */
export type StopWhy = 'stop' | 'reload' | 'lock' | 'silent' | 'deaf' | 'memory' | 'lease';

/** Why the supervisor waits before the next start. */
export type WaitWhy = 'crash' | 'conflict';

/** The actual state; {@link State.wanted} is the desired one. */
export type Phase =
  /** No worker runs and none is wanted: before the start and after the end. */
  | { is: 'stopped' }
  /** Before a start: checking the network. */
  | { is: 'gate'; since: number }
  /** Between two starts. */
  | { is: 'waiting'; since: number; until: number; why: WaitWhy }
  /** The worker reported invalid settings; the supervisor starts it again when they change. */
  | { is: 'misconfigured'; since: number }
  /** The worker runs but has not completed a poll yet. */
  | { is: 'starting' }
  | { is: 'running' }
  /** The supervisor asked the worker to stop. `killAt` is null once it has sent SIGKILL. */
  | { is: 'stopping'; why: StopWhy; killAt: number | null };

/** The running worker. Times are monotonic, ms; those in `beat` are since the epoch. */
export interface Child {
  generation: number;
  pid: number | null;
  version: string | null;
  startedAt: number;
  readyAt: number | null;
  /** When it was ready, another machine polled, or none might. */
  standby: boolean;
  botUsername: string | null;
  /** When its last message arrived. */
  heardAt: number | null;
  /** When a beat last reported an answered poll or a pause on purpose; before that, the start. */
  pollSeenAt: number;
  beat: Beat | null;
  /** It must not poll from then on; null while it does not poll, or polls alone. */
  leaseUntil: number | null;
  /** The text of Telegram's 409, if the worker reported one. */
  conflict: string | null;
  /** The reason that the worker gave for its exit. */
  fault: { code: string; text: string } | null;
}

/** The end of one worker, for `ccbot status`. */
export interface Ended {
  /** Monotonic, ms. */
  at: number;
  generation: number;
  /** Such as `exit 75`, `SIGKILL`, `not responding`, `restart requested`. */
  why: string;
  /** The reason that the worker gave, or its last line of output. */
  detail: string;
  ranMs: number;
}

export interface Network {
  /** Null: not checked yet. */
  up: boolean | null;
  /** When `up` last changed; monotonic, ms. */
  since: number;
  /** When `up` was last confirmed; monotonic, ms. */
  seenAt: number;
  detail: string;
  /** Why it is down, and what to do. */
  trouble: TroubleReport | null;
}

/** The state of the machine. Times are monotonic, ms. */
export interface State {
  wanted: 'up' | 'down';
  phase: Phase;
  child: Child | null;
  /** The number of workers started. Events of an older worker are ignored. */
  generation: number;
  /** Crashes in a row. */
  failures: number;
  /** Exits by 409 in a row. */
  conflicts: number;
  /** Workers started after the first one. */
  restarts: number;
  network: Network;
  probe: { asking: boolean; nextAt: number };
  nextLockCheckAt: number;
  /** The trouble that the chat knows of and that is not over yet. */
  openNotice: Notice['kind'] | null;
  /** When the notices of the last hour were sent. */
  notices: readonly number[];
  /** Newest first. */
  ended: readonly Ended[];
}

/** The worker messages that the machine handles. */
export type MachineMessage = Exclude<WorkerMessage, { type: 'metrics' }>;

/** `at` is monotonic, ms. */
export type Event = { at: number } & (
  | { type: 'start' }
  /** From a signal or a command. A second one kills the worker without waiting. */
  | { type: 'stop' }
  | { type: 'reload' }
  /** The timer fired. */
  | { type: 'tick' }
  | { type: 'child.spawned'; generation: number; pid: number | null }
  | { type: 'child.message'; generation: number; message: MachineMessage }
  | {
      type: 'child.exited';
      generation: number;
      code: number | null;
      signal: string | null;
      /** The last line of its output, redacted, or why it could not be started. */
      lastLine: string;
      /** A random number in [0, 1), for jitter. */
      chance: number;
    }
  | { type: 'probe.done'; up: true; detail: string }
  | { type: 'probe.done'; up: false; trouble: TroubleReport }
  | { type: 'settings.changed' }
  /** The lock file was replaced and we took the new one, so the worker needs the new descriptor. */
  | { type: 'lock.renewed' }
  | { type: 'lock.lost'; text: string }
);

export type Effect =
  | { do: 'spawn'; generation: number }
  | { do: 'drain'; generation: number; deadlineMs: number }
  | { do: 'kill'; generation: number }
  /** `network`: is the network up? `api`: does the Bot API work, so that polls could succeed? */
  | { do: 'probe'; of: 'network' | 'api' }
  | { do: 'checkLock' }
  | { do: 'watchSettings'; on: boolean }
  | { do: 'notify'; notice: Notice }
  | { do: 'log'; level: 'error' | 'warn' | 'info'; text: string; meta?: Record<string, unknown> }
  | { do: 'exit'; code: number };

export function initialState(at: number): State {
  return {
    wanted: 'down',
    phase: { is: 'stopped' },
    child: null,
    generation: 0,
    failures: 0,
    conflicts: 0,
    restarts: 0,
    network: { up: null, since: at, seenAt: at, detail: '', trouble: null },
    probe: { asking: false, nextAt: at },
    nextLockCheckAt: at,
    openNotice: null,
    notices: [],
    ended: [],
  };
}
