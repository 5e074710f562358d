import type { Policy } from './policy';
import type { Child, Effect, State } from './state';
import { after, makeGo, tell, type Step } from './step';

/** When the worker counts as blocked if it says nothing more. */
export function silentAt(policy: Policy, child: Child): number {
  const started = child.startedAt + policy.startLimitMs;
  // Before it polls and beats it opens its store and takes up its sessions, which may take a while.
  if (child.heardAt === null) return started;
  const quiet = child.heardAt + policy.silentMs;
  return child.beat === null && child.readyAt === null ? Math.max(started, quiet) : quiet;
}

/** Since when the worker has had a working network and yet completed no poll. */
function deafSince(state: State, child: Child): number {
  return state.network.up === true ? Math.max(child.pollSeenAt, state.network.since) : child.pollSeenAt;
}

/** When the network is next asked because polls fail to complete; null: it is being asked. */
export function overdueProbeAt(policy: Policy, state: State, child: Child): number | null {
  if (state.probe.asking) return null;
  return Math.max(child.pollSeenAt + policy.pollOverdueMs, state.probe.nextAt);
}

/** When the worker counts as deaf if no poll completes; null while the network is not known to work. */
export function deafAt(policy: Policy, state: State, child: Child): number | null {
  if (state.network.up !== true) return null;
  // The network's own word must be younger than the last poll: an old success proves nothing.
  if (state.network.seenAt < child.pollSeenAt + policy.pollOverdueMs) return null;
  return deafSince(state, child) + policy.deafMs;
}

/** When a long enough run takes back what the person was told; null when nothing is to be taken back. */
export function wellAt(policy: Policy, state: State, child: Child): number | null {
  if (child.readyAt === null) return null;
  const conflictOver = state.conflicts > 0 ? child.readyAt + policy.conflictClearMs : null;
  const healthy =
    state.failures > 0 || state.told !== null
      ? child.readyAt + (state.told === 'conflict' ? policy.conflictClearMs : policy.healthyRunMs)
      : null;
  if (conflictOver === null || healthy === null) return conflictOver ?? healthy;
  return Math.min(conflictOver, healthy);
}

/** Looks after a living worker when a time has come. */
export function lookAfter(policy: Policy, state: State, child: Child, at: number): Step {
  if (at >= silentAt(policy, child)) {
    const quietMs = at - (child.heardAt ?? child.startedAt);
    return after(
      [log('error', 'the worker is blocked: it says nothing', { generation: child.generation, quietMs })],
      makeGo(policy, state, child, 'silent', at),
    );
  }
  const deaf = deafAt(policy, state, child);
  if (deaf !== null && at >= deaf) {
    return after(
      [
        log('error', 'the worker is deaf: no poll completes while the network works', {
          generation: child.generation,
          sincePollMs: at - child.pollSeenAt,
        }),
      ],
      makeGo(policy, state, child, 'deaf', at),
    );
  }
  const probeAt = overdueProbeAt(policy, state, child);
  if (probeAt !== null && at >= probeAt) {
    return [
      { ...state, probe: { asking: true, nextAt: at + policy.netRetryMs } },
      [{ do: 'probe', of: 'api' }],
    ];
  }
  const well = wellAt(policy, state, child);
  if (well !== null && at >= well && child.readyAt !== null) {
    const healthy = at >= child.readyAt + policy.healthyRunMs;
    const next: State = {
      ...state,
      failures: healthy ? 0 : state.failures,
      conflicts: at >= child.readyAt + policy.conflictClearMs ? 0 : state.conflicts,
    };
    return healthy || state.told === 'conflict' ? tell(next, { kind: 'well' }, at) : [next, []];
  }
  return [state, []];
}

/** Replaces a worker that has grown beyond its ceiling: between turns, or at once when it is far beyond. */
export function mindMemory(policy: Policy, state: State, child: Child, at: number): Step {
  const beat = child.beat;
  if (state.phase.is !== 'running' || beat === null || policy.maxRssBytes === 0) return [state, []];
  const tooMuch = beat.rssBytes > policy.maxRssBytes;
  const farTooMuch = beat.rssBytes > policy.maxRssBytes * policy.rssHardFactor;
  if (!farTooMuch && (!tooMuch || beat.busy)) return [state, []];
  return after(
    [log('warn', 'the worker has grown beyond its ceiling and is replaced', { rssBytes: beat.rssBytes })],
    makeGo(policy, state, child, 'memory', at),
  );
}

function log(level: 'error' | 'warn', text: string, meta: Record<string, unknown>): Effect {
  return { do: 'log', level, text, meta };
}
