import type { Family } from '@ccbot/shared/protocol/metrics';
import { deadlineOf } from '../deadline';
import type { Notice } from '../notice/words';
import type { Policy } from '../policy';
import type { State } from '../state';

/** The state of ccbot for `ccbot status`, also stored in `run/supervisor.json`. Times are ISO 8601. */
export interface Report {
  v: 1;
  /** `stopped` in the file of a supervisor that has ended. */
  phase: State['phase']['is'];
  /** Why it waits, or why the worker stops. */
  why: string;
  supervisor: {
    pid: number;
    version: string;
    since: string;
    host: string;
    ccbotDir: string;
    rssBytes: number;
  };
  worker: {
    pid: number | null;
    generation: number;
    version: string | null;
    since: string;
    bot: string | null;
    readyAt: string | null;
    lastPollAt: string | null;
    loopLagMs: number | null;
    inbox: number | null;
    outbox: number | null;
    sessions: number | null;
    busy: boolean | null;
    rssBytes: number | null;
  } | null;
  restarts: number;
  /** Crashes in a row. */
  failures: number;
  /** 409s in a row. */
  conflicts: number;
  /** When the next start is due; null if none is. */
  nextTryAt: string | null;
  network: { up: boolean | null; since: string; detail: string };
  /** The workers that ended last, newest first. */
  ended: { at: string; generation: number; why: string; detail: string; ranMs: number }[];
  /** The trouble that the chat knows of and that is not over yet. */
  told: Notice['kind'] | null;
  /** When the notices of the last hour were sent. */
  noticesAt: string[];
  /** In the file of a supervisor that has ended. */
  stopped: { at: string; why: string; code: number } | null;
  /** The metrics port, and why nothing listens there; null if no port is set. Absent in reports of an older supervisor. */
  metricsPort?: { port: number; trouble: string | null } | null;
  /** Only in the answer to `status`, not to `watch`. */
  metrics?: Family[];
}

export type Self = Omit<Report['supervisor'], 'rssBytes'>;

/** `wall` and `at` are the same moment on the wall clock and on the monotonic clock, ms. */
export function reportOf(
  policy: Policy,
  state: State,
  self: Self & { rssBytes: number },
  { wall, at }: { wall: number; at: number },
): Report {
  const iso = (time: number): string => new Date(Math.round(wall - at + time)).toISOString();
  const { phase, child } = state;
  const beat = child?.beat ?? null;
  const nextTry =
    phase.is === 'waiting' ? phase.until : phase.is === 'gate' ? (deadlineOf(policy, state) ?? at) : null;
  return {
    v: 1,
    phase: phase.is,
    why: phase.is === 'waiting' || phase.is === 'stopping' ? phase.why : phase.is === 'gate' ? 'network' : '',
    supervisor: self,
    worker:
      child === null
        ? null
        : {
            pid: child.pid,
            generation: child.generation,
            version: child.version,
            since: iso(child.startedAt),
            bot: child.botUsername,
            readyAt: child.readyAt === null ? null : iso(child.readyAt),
            // A ready worker has polled once, even if its first beat has not arrived yet.
            lastPollAt:
              isoOf(beat?.lastPollAt ?? null) ?? (child.readyAt === null ? null : iso(child.readyAt)),
            loopLagMs: beat?.loopLagMs ?? null,
            inbox: beat?.inbox ?? null,
            outbox: beat?.outbox ?? null,
            sessions: beat?.sessions ?? null,
            busy: beat?.busy ?? null,
            rssBytes: beat?.rssBytes ?? null,
          },
    restarts: state.restarts,
    failures: state.failures,
    conflicts: state.conflicts,
    nextTryAt: nextTry === null ? null : iso(nextTry),
    network: { up: state.network.up, since: iso(state.network.since), detail: state.network.detail },
    ended: state.ended.map((e) => ({ ...e, at: iso(e.at), ranMs: Math.round(e.ranMs) })),
    told: state.openNotice,
    noticesAt: state.notices.map(iso),
    stopped: null,
  };
}

function isoOf(wall: number | null): string | null {
  return wall === null ? null : new Date(wall).toISOString();
}
