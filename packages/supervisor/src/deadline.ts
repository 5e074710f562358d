import { deafAt, leaseKillAt, overdueProbeAt, silentAt, recoveredAt } from './liveness';
import type { Policy } from './policy';
import type { State } from './state';

/** When the machine needs its next tick if nothing else happens; null: never. */
export function deadlineOf(policy: Policy, state: State): number | null {
  const times = timesOf(policy, state).filter((t) => t !== null);
  return times.length === 0 ? null : Math.min(...times);
}

function timesOf(policy: Policy, state: State): (number | null)[] {
  const { phase, child } = state;
  switch (phase.is) {
    case 'stopped':
      return [];
    case 'gate':
      return [state.nextLockCheckAt, state.probe.asking ? null : state.probe.nextAt];
    case 'waiting':
      return [state.nextLockCheckAt, phase.until];
    case 'misconfigured':
      return [state.nextLockCheckAt];
    case 'stopping':
      return [phase.killAt, child === null ? null : leaseKillAt(policy, child)];
    case 'starting':
    case 'running':
      if (child === null) return [];
      return [
        state.nextLockCheckAt,
        silentAt(policy, child),
        overdueProbeAt(policy, state, child),
        deafAt(policy, state, child),
        recoveredAt(policy, state, child),
        leaseKillAt(policy, child),
      ];
  }
}
