import { isoTime } from '@ccbot/shared/iso-time';
import { clusterReport, trouble, type Beat } from '@ccbot/shared/protocol/worker-message';
import { family } from '@ccbot/shared/protocol/metrics';
import * as z from 'zod/mini';
import { deadlineOf } from '../deadline';
import type { Policy } from '../policy';
import type { State } from '../state';

const text = z.nullable(z.string());
const number = z.nullable(z.number());

/** The state of ccbot for `ccbot status`, also stored in `run/supervisor.json`. Times are ISO 8601. */
export const report = z.object({
  v: z.literal(1),
  /** `stopped` in the file of a supervisor that has ended. */
  phase: z.enum(['stopped', 'gate', 'waiting', 'misconfigured', 'starting', 'running', 'stopping']),
  /** Why it waits, or why the worker stops. */
  why: z.string(),
  supervisor: z.object({
    pid: z.number(),
    version: z.string(),
    since: z.string(),
    host: z.string(),
    ccbotDir: z.string(),
    rssBytes: z.number(),
  }),
  worker: z.nullable(
    z.object({
      pid: number,
      generation: z.number(),
      version: text,
      since: z.string(),
      bot: text,
      readyAt: text,
      lastPollAt: text,
      /** It does not poll, because another machine does, or none may. Absent in reports of an older supervisor. */
      standby: z.optional(z.boolean()),
      loopLagMs: number,
      inbox: number,
      outbox: number,
      sessions: number,
      busy: z.nullable(z.boolean()),
      rssBytes: number,
      /** Why its polls fail; null while they succeed. Absent in reports of an older supervisor. */
      trouble: z.optional(z.nullable(z.object({ ...trouble.shape, since: z.string() }))),
      /** How it stands to the other machines; absent without a cluster, and in reports of an older supervisor. */
      cluster: z.optional(z.omit(clusterReport, { leaseUntil: true })),
    }),
  ),
  restarts: z.number(),
  /** Crashes in a row. */
  failures: z.number(),
  /** 409s in a row. */
  conflicts: z.number(),
  /** When the next start is due; null if none is. */
  nextTryAt: text,
  network: z.object({
    up: z.nullable(z.boolean()),
    since: z.string(),
    detail: z.string(),
    /** Why it is down. Absent in reports of an older supervisor. */
    trouble: z.optional(z.nullable(trouble)),
  }),
  /** The workers that ended last, newest first. */
  ended: z.array(
    z.object({
      at: z.string(),
      generation: z.number(),
      why: z.string(),
      detail: z.string(),
      ranMs: z.number(),
    }),
  ),
  /** The trouble that the chat knows of and that is not over yet. */
  told: z.nullable(z.enum(['loop', 'config', 'conflict', 'recovered'])),
  /** When the notices of the last hour were sent. */
  noticesAt: z.array(z.string()),
  /** In the file of a supervisor that has ended. */
  stopped: z.nullable(z.object({ at: z.string(), why: z.string(), code: z.number() })),
  /** The metrics port, and why nothing listens there; null if no port is set. Absent in reports of an older supervisor. */
  metricsPort: z.optional(z.nullable(z.object({ port: z.number(), trouble: text }))),
  /** Only in the answer to `status`, not to `watch`. */
  metrics: z.optional(z.array(family)),
});
export type Report = z.infer<typeof report>;

export type Self = Omit<Report['supervisor'], 'rssBytes'>;

/** `wall` and `at` are the same moment on the wall clock and on the monotonic clock, ms. */
export function reportOf(
  policy: Policy,
  state: State,
  self: Self & { rssBytes: number },
  { wall, at }: { wall: number; at: number },
): Report {
  const iso = (time: number): string => isoTime(Math.round(wall - at + time));
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
            // A ready worker that does not stand by has polled once, even if its first beat has not arrived yet.
            lastPollAt:
              isoOf(beat?.lastPollAt ?? null) ??
              (child.readyAt === null || child.standby ? null : iso(child.readyAt)),
            standby: beat?.cluster?.standby ?? child.standby,
            loopLagMs: beat?.loopLagMs ?? null,
            inbox: beat?.inbox ?? null,
            outbox: beat?.outbox ?? null,
            sessions: beat?.sessions ?? null,
            busy: beat?.busy ?? null,
            rssBytes: beat?.rssBytes ?? null,
            trouble: beat?.trouble ? { ...beat.trouble, since: isoOf(beat.trouble.since) ?? '' } : null,
            ...clusterOf(beat),
          },
    restarts: state.restarts,
    failures: state.failures,
    conflicts: state.conflicts,
    nextTryAt: nextTry === null ? null : iso(nextTry),
    network: networkOf(state, iso),
    ended: state.ended.map((e) => ({ ...e, at: iso(e.at), ranMs: Math.round(e.ranMs) })),
    told: state.openNotice,
    noticesAt: state.notices.map(iso),
    stopped: null,
  };
}

function clusterOf(beat: Beat | null): Pick<NonNullable<Report['worker']>, 'cluster'> {
  if (beat?.cluster === undefined) return {};
  const { host, standby, poller, epoch, lag, joined } = beat.cluster;
  return { cluster: { host, standby, poller, epoch, lag, joined } };
}

function networkOf({ network }: State, iso: (time: number) => string): Report['network'] {
  const { up, since, detail, trouble } = network;
  return { up, since: iso(since), detail, trouble };
}

function isoOf(wall: number | null): string | null {
  return wall === null ? null : isoTime(wall);
}
