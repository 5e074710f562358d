import type { Family } from '@ccbot/shared/protocol/metrics';
import { deadlineOf } from '../deadline';
import type { Notice } from '../notice/words';
import type { Policy } from '../policy';
import type { State } from '../state';

/** What `ccbot status` shows; times are ISO 8601. Also kept in `run/supervisor.json`. */
export interface Report {
  v: 1;
  /** `stopped` in the file of a supervisor that ended. */
  phase: State['phase']['is'];
  /** More about the phase: why it waits, why the worker goes. */
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
  /** Crashes in a row, and refusals by 409 in a row. */
  failures: number;
  conflicts: number;
  /** When the next start is tried; null when none is waited for. */
  nextTryAt: string | null;
  network: { up: boolean | null; since: string; detail: string };
  /** The latest ends of workers, newest first. */
  ended: { at: string; generation: number; why: string; detail: string; ranMs: number }[];
  /** What the person was told and not yet taken back, and when notices were sent in the last hour. */
  told: Notice['kind'] | null;
  noticesAt: string[];
  /** In the file of a supervisor that ended: when, why, and with which code. */
  stopped: { at: string; why: string; code: number } | null;
  /** Where the metrics are on a port, and why they are not; null when no port is set. An older supervisor has none. */
  metricsPort?: { port: number; trouble: string | null } | null;
  /** Counters and latencies; only in the answer to somebody who asks once. */
  metrics?: Family[];
}

/** This supervisor, as it presents itself. */
export type Self = Omit<Report['supervisor'], 'rssBytes'>;

/** The report on a state. `wall` and `at` are the same moment on the wall's clock and on the monotonic one, ms. */
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
            // Ready is who has polled once; the first beat comes behind that.
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
    told: state.told,
    noticesAt: state.notices.map(iso),
    stopped: null,
  };
}

function isoOf(wall: number | null): string | null {
  return wall === null ? null : new Date(wall).toISOString();
}
