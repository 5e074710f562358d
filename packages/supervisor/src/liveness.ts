import type { Policy } from './policy';
import type { Child, Effect, State } from './state';
import { prepend, stopWorker, notify, type Step } from './step';

/** When a worker without further messages counts as unresponsive. */
export function silentAt(policy: Policy, child: Child): number {
  const started = child.startedAt + policy.startLimitMs;
  // Before its first poll and beat, it opens its store and recovers its sessions, which may take a while.
  if (child.heardAt === null) return started;
  const quiet = child.heardAt + policy.silentMs;
  return child.beat === null && child.readyAt === null ? Math.max(started, quiet) : quiet;
}

/** When a worker that still polls has to be killed, because another machine may poll soon; null: never. */
export function leaseKillAt(policy: Policy, child: Child): number | null {
  return child.leaseUntil === null ? null : child.leaseUntil + policy.leaseGraceMs;
}

/** Kills a worker that polls past its lease: whatever keeps it from stopping keeps it from draining, too. */
export function killPastLease(state: State, child: Child, at: number): Step {
  const pastMs = Math.round(at - (child.leaseUntil ?? at));
  return [
    {
      ...state,
      child: { ...child, leaseUntil: null },
      phase: { is: 'stopping', why: state.phase.is === 'stopping' ? state.phase.why : 'lease', killAt: null },
    },
    [
      log('error', 'worker polls past its lease: killing it', { generation: child.generation, pastMs }),
      { do: 'kill', generation: child.generation },
    ],
  ];
}

/** Since when the worker has completed no poll although the network worked. */
function deafSince(state: State, child: Child): number {
  return state.network.up === true ? Math.max(child.pollSeenAt, state.network.since) : child.pollSeenAt;
}

/** When to check the network because polls do not complete; null while a check is running. */
export function overdueProbeAt(policy: Policy, state: State, child: Child): number | null {
  if (state.probe.asking) return null;
  return Math.max(child.pollSeenAt + policy.pollOverdueMs, state.probe.nextAt);
}

/** When a worker without a completed poll counts as stalled; null unless the network is known to work. */
export function deafAt(policy: Policy, state: State, child: Child): number | null {
  if (state.network.up !== true) return null;
  // The network check must be newer than the last poll: an older success proves nothing.
  if (state.network.seenAt < child.pollSeenAt + policy.pollOverdueMs) return null;
  return deafSince(state, child) + policy.deafMs;
}

/** When the run is long enough to count as recovered; null if there is nothing to recover from. */
export function recoveredAt(policy: Policy, state: State, child: Child): number | null {
  if (child.readyAt === null) return null;
  const conflictOver = state.conflicts > 0 ? child.readyAt + policy.conflictClearMs : null;
  const healthy =
    state.failures > 0 || state.openNotice !== null
      ? child.readyAt + (state.openNotice === 'conflict' ? policy.conflictClearMs : policy.healthyRunMs)
      : null;
  if (conflictOver === null || healthy === null) return conflictOver ?? healthy;
  return Math.min(conflictOver, healthy);
}

/** Checks a running worker when a deadline has passed. */
export function checkLiveness(policy: Policy, state: State, child: Child, at: number): Step {
  if (at >= silentAt(policy, child)) {
    const quietMs = at - (child.heardAt ?? child.startedAt);
    return prepend(
      [log('error', 'worker not responding', { generation: child.generation, quietMs })],
      stopWorker(policy, state, child, 'silent', at),
    );
  }
  const deaf = deafAt(policy, state, child);
  if (deaf !== null && at >= deaf) {
    return prepend(
      [
        log('error', 'worker polling stalled: no poll completes, network up', {
          generation: child.generation,
          sincePollMs: at - child.pollSeenAt,
        }),
      ],
      stopWorker(policy, state, child, 'deaf', at),
    );
  }
  const probeAt = overdueProbeAt(policy, state, child);
  if (probeAt !== null && at >= probeAt) {
    return [
      { ...state, probe: { asking: true, nextAt: at + policy.netRetryMs } },
      [{ do: 'probe', of: 'api' }],
    ];
  }
  const recovered = recoveredAt(policy, state, child);
  if (recovered !== null && at >= recovered && child.readyAt !== null) {
    const healthy = at >= child.readyAt + policy.healthyRunMs;
    const next: State = {
      ...state,
      failures: healthy ? 0 : state.failures,
      conflicts: at >= child.readyAt + policy.conflictClearMs ? 0 : state.conflicts,
    };
    return healthy || state.openNotice === 'conflict' ? notify(next, { kind: 'recovered' }, at) : [next, []];
  }
  return [state, []];
}

/** Replaces a worker over its memory limit: between turns, or immediately when it is far over. */
export function checkMemory(policy: Policy, state: State, child: Child, at: number): Step {
  const beat = child.beat;
  if (state.phase.is !== 'running' || beat === null || policy.maxRssBytes === 0) return [state, []];
  const tooMuch = beat.rssBytes > policy.maxRssBytes;
  const farTooMuch = beat.rssBytes > policy.maxRssBytes * policy.rssHardFactor;
  if (!farTooMuch && (!tooMuch || beat.busy)) return [state, []];
  return prepend(
    [log('warn', 'worker over memory limit: replacing it', { rssBytes: beat.rssBytes })],
    stopWorker(policy, state, child, 'memory', at),
  );
}

function log(level: 'error' | 'warn', text: string, meta: Record<string, unknown>): Effect {
  return { do: 'log', level, text, meta };
}
