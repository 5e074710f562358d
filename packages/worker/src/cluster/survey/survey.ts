import type { ClusterNames } from '@ccbot/shared/cluster/names';
import type { ClusterSettings } from '@ccbot/shared/cluster/settings';
import type { Entry } from '../link';

/** What one bot has on the cluster, as it is at one moment. */
export interface Survey {
  /** The servers of the settings. */
  url: string;
  server: {
    version: string;
    asksForCredentials: boolean;
    /** Whether it belongs to a cluster of servers, without which it keeps one copy of each record. */
    isClustered: boolean;
    /** Time for a request and its answer, ms. */
    roundTripMs: number;
  };
  /** The clock of the server minus this machine's, ms. Null while nothing is there by which it could tell the time. */
  clockAheadMs: number | null;
  /** The buckets and streams that are there, with the number of copies of their records. */
  objects: readonly { name: string; replicas: number }[];
  /** Those that the next machine to join creates. */
  missing: readonly string[];
  /** Null: nobody has ever taken it. */
  lease: Entry | null;
  /** The epoch of the newest record; null while there is none. */
  epoch: number | null;
  /** The entries of the machines. */
  machines: readonly Entry[];
  /** How many updates wait for each machine, by its name. */
  waiting: ReadonlyMap<string, number>;
}

/**
 * Reads what is on the cluster. Creates and changes nothing, so it works beside a ccbot that runs, and before the first
 * one has joined. `bot`: the bot's numeric id. Throws a FaultError if this machine could not take part.
 */
export type SurveyCluster = (settings: ClusterSettings, names: ClusterNames, bot: string) => Promise<Survey>;

/**
 * Removes a machine: its entry, its sessions in the lists of the others, and what waits for it. Null, and nothing is
 * removed: its entry has not the revision `revision` any more, so it runs again. Throws like {@link SurveyCluster}.
 */
export type ForgetMachine = (
  settings: ClusterSettings,
  names: ClusterNames,
  machine: { host: string; revision: number },
) => Promise<{ sessions: number } | null>;
