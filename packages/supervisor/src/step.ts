import type { Notice } from './notice/words';
import type { Policy } from './policy';
import type { Child, Effect, State, StopWhy } from './state';

/** The new state, and the effects to perform. */
export type Step = readonly [State, readonly Effect[]];

/** Puts effects in front of those of a step. */
export function prepend(first: readonly Effect[], [state, effects]: Step): Step {
  return [state, [...first, ...effects]];
}

/** At most this many notices are sent within the window, ms. */
const NOTICES_MAX = 6;
const NOTICE_WINDOW_MS = 3_600_000;

/** Sends a notice unless the chat already knows, or has had too many notices lately. */
export function notify(state: State, notice: Notice, at: number): Step {
  const recent = state.notices.filter((t) => at - t < NOTICE_WINDOW_MS);
  if (notice.kind === 'recovered') {
    // Sent despite the limit: otherwise the user would believe ccbot broken forever.
    if (state.openNotice === null) return [state, []];
    return [{ ...state, openNotice: null, notices: recent }, [{ do: 'notify', notice }]];
  }
  if (state.openNotice === notice.kind || recent.length >= NOTICES_MAX) return [state, []];
  return [{ ...state, openNotice: notice.kind, notices: [...recent, at] }, [{ do: 'notify', notice }]];
}

/** Starts a worker, after a network check unless the network worked a moment ago. */
export function startWhenOnline(policy: Policy, state: State, at: number): Step {
  const { network } = state;
  if (network.up === true && at - network.seenAt < policy.netFreshMs) return spawn(state, at);
  return [
    { ...state, phase: { is: 'gate', since: at }, probe: { asking: true, nextAt: at } },
    [{ do: 'probe', of: 'network' }],
  ];
}

export function spawn(state: State, at: number): Step {
  const generation = state.generation + 1;
  const child: Child = {
    generation,
    pid: null,
    version: null,
    startedAt: at,
    readyAt: null,
    standby: false,
    botUsername: null,
    heardAt: null,
    pollSeenAt: at,
    beat: null,
    leaseUntil: null,
    conflict: null,
    fault: null,
  };
  return [
    {
      ...state,
      generation,
      child,
      phase: { is: 'starting' },
      restarts: generation - 1,
      probe: { asking: false, nextAt: at },
    },
    [{ do: 'spawn', generation }],
  ];
}

/** The time until SIGKILL, and the part of it in which the worker may still send. */
function stopLimits(policy: Policy, why: StopWhy): { killMs: number; drainMs: number } {
  // The worker gets a shorter deadline than we keep, so that it normally exits before SIGKILL.
  const withMargin = (killMs: number) => ({ killMs, drainMs: Math.round(killMs * 0.9) });
  switch (why) {
    case 'stop':
      return withMargin(policy.stopMs);
    case 'silent':
    case 'deaf':
    case 'lease':
      return withMargin(policy.hungDrainMs);
    case 'reload':
    case 'lock':
    case 'memory':
      return { killMs: policy.replaceMs, drainMs: policy.replaceDrainMs };
  }
}

/** Asks the running worker to drain and exit. */
export function stopWorker(policy: Policy, state: State, child: Child, why: StopWhy, at: number): Step {
  const { killMs, drainMs } = stopLimits(policy, why);
  return [
    { ...state, phase: { is: 'stopping', why, killAt: at + killMs } },
    [{ do: 'drain', generation: child.generation, deadlineMs: drainMs }],
  ];
}
