import { LEASE_MS } from '../lease/decide';
import { leaseOf } from '../lease/lease';
import type { Machine } from '../model';
import { machinesIn } from '../shared/rows';
import type { Survey } from './survey';

/** Who polls, as far as what is on the cluster tells. */
export type Poller =
  | { is: 'polling'; host: string; renewedAt: number }
  /** It has not renewed its lease in time. */
  | { is: 'expired'; host: string; renewedAt: number }
  /** The last one stopped. */
  | { is: 'free'; host: string }
  | { is: 'none' };

/** The cluster as a user asks for it. Times are ms since the epoch, by the clock of the server. */
export interface Standing {
  now: number;
  poller: Poller;
  epoch: number | null;
  /** By name. `waiting`: its updates on the cluster; null: unknown. */
  machines: readonly (Machine & { waiting: number | null })[];
}

/** `host` is this machine, which is away like any other while its ccbot does not run. `now`: this machine's clock, ms. */
export function standingOf(survey: Survey, host: string, now: number): Standing {
  const serverNow = now + (survey.clockAheadMs ?? 0);
  // As no machine of them: the one that asks is not known to be up by asking.
  const machines = machinesIn(survey.machines, '', serverNow);
  return {
    now: serverNow,
    poller: pollerOf(survey, serverNow),
    epoch: survey.epoch,
    machines: machines.map((machine) => ({
      ...machine,
      isSelf: machine.host === host,
      waiting: survey.waiting.get(machine.host) ?? null,
    })),
  };
}

function pollerOf({ lease }: Survey, now: number): Poller {
  const { record } = leaseOf(lease);
  if (lease === null || record === null) return { is: 'none' };
  const { host, state } = record;
  if (state === 'free') return { is: 'free', host };
  return { is: lease.at < now - LEASE_MS ? 'expired' : 'polling', host, renewedAt: lease.at };
}
