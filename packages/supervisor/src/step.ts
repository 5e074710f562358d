import type { Notice } from './notice/words';
import type { Policy } from './policy';
import type { Child, Effect, State, StopWhy } from './state';

/** A new state and what is to be done about it. */
export type Step = readonly [State, readonly Effect[]];

/** Adds effects in front of a step's own. */
export function after(first: readonly Effect[], [state, effects]: Step): Step {
  return [state, [...first, ...effects]];
}

/** How long a notice counts against the limit, ms, and how many an hour may bring. */
const NOTICE_WINDOW_MS = 3_600_000;
const NOTICES_MOST = 6;

/** Tells the person, unless that was told already or too much was told lately. */
export function tell(state: State, notice: Notice, at: number): Step {
  const recent = state.notices.filter((t) => at - t < NOTICE_WINDOW_MS);
  if (notice.kind === 'well') {
    // Always taken back, or the person would believe it broken for ever.
    if (state.told === null) return [state, []];
    return [{ ...state, told: null, notices: recent }, [{ do: 'notify', notice }]];
  }
  if (state.told === notice.kind || recent.length >= NOTICES_MOST) return [state, []];
  return [{ ...state, told: notice.kind, notices: [...recent, at] }, [{ do: 'notify', notice }]];
}

/** Asks the network first, unless it has just proved itself; then a worker is started. */
export function begin(policy: Policy, state: State, at: number): Step {
  const { network } = state;
  if (network.up === true && at - network.seenAt < policy.netFreshMs) return spawn(state, at);
  return [
    { ...state, phase: { is: 'gate', since: at }, probe: { asking: true, nextAt: at } },
    [{ do: 'probe', of: 'network' }],
  ];
}

/** Starts the next worker. */
export function spawn(state: State, at: number): Step {
  const generation = state.generation + 1;
  const child: Child = {
    generation,
    pid: null,
    version: null,
    startedAt: at,
    readyAt: null,
    botUsername: null,
    heardAt: null,
    pollSeenAt: at,
    beat: null,
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

/** How long each reason to go leaves until SIGKILL, and how much of it the worker is told to use for sending. */
function limitsOf(policy: Policy, why: StopWhy): { killMs: number; drainMs: number } {
  // Told less than it gets, so that an ordinary end is its own and not SIGKILL's.
  const most = (killMs: number) => ({ killMs, drainMs: Math.round(killMs * 0.9) });
  switch (why) {
    case 'stop':
      return most(policy.stopMs);
    case 'silent':
    case 'deaf':
      return most(policy.hungDrainMs);
    case 'reload':
    case 'lock':
    case 'memory':
      return { killMs: policy.replaceMs, drainMs: policy.replaceDrainMs };
  }
}

/** Asks the living worker to go. */
export function makeGo(policy: Policy, state: State, child: Child, why: StopWhy, at: number): Step {
  const { killMs, drainMs } = limitsOf(policy, why);
  return [
    { ...state, phase: { is: 'stopping', why, killAt: at + killMs } },
    [{ do: 'drain', generation: child.generation, deadlineMs: drainMs }],
  ];
}
