import type { ClusterNames } from '@ccbot/shared/cluster/names';
import type { ClusterSettings } from '@ccbot/shared/cluster/settings';
import type { ClusterData } from './data';

/** What is stored under a key. */
export interface Entry {
  key: string;
  /** Null: it was deleted. */
  value: string | null;
  /** Grows with every write to its bucket. */
  revision: number;
  /** When it was written, ms since the epoch, by the clock of the server. */
  at: number;
}

/**
 * Values by key, shared by all machines. Everything here rejects when the cluster does not answer: then nobody knows
 * whether a write was stored.
 */
export interface Bucket {
  /** The entry; null if there has never been one. */
  get(key: string): Promise<Entry | null>;
  /**
   * Stores a value and returns its revision. With `expected`, only if the key still has that revision (0: none at all);
   * otherwise null.
   */
  put(key: string, value: string, expected?: number): Promise<number | null>;
  /** Deletes a value. */
  remove(key: string): Promise<void>;
  /**
   * Calls `listener` with every entry there is, oldest first, and from then on with every new one. Resolves when those
   * that were there have been passed on. `prefix`: only those whose keys begin with it, which ends
   * with a dot; then it resolves at once.
   */
  watch(listener: (entry: Entry) => void, prefix?: string): Promise<void>;
}

/** A record of the stream. */
export interface StreamRecord {
  /** Its place in the stream. */
  sequence: number;
  subject: string;
  body: string;
  /** The epoch of the poller that wrote it. */
  epoch: number;
  /** The Bot API's `update_id`; null for the record with which a poller begins. */
  update: number | null;
  /** When it was stored, ms since the epoch, by the clock of the server. */
  at: number;
}

/** A record to write. */
export interface NewRecord {
  subject: string;
  body: string;
  epoch: number;
  /** As in {@link StreamRecord}. The stream stores an update once, however often it is sent within two minutes. */
  update: number | null;
}

/** The updates of all machines, in one order. Rejects like {@link Bucket}. */
export interface UpdateStream {
  /** The newest record; null while there is none. */
  last(): Promise<StreamRecord | null>;
  /** The place of the newest record that there ever was; 0: there was none. */
  tail(): Promise<number>;
  /**
   * Writes a record behind `after`, the place of the newest one, and returns its place. Null: there is a newer record, so
   * another poller writes. It is on the disk of the server, or of most servers, before this resolves.
   */
  append(record: NewRecord, after: number): Promise<number | null>;
  /**
   * Hands over the records of a machine in their order, one at a time. A record whose `handle` has resolved comes no
   * more; one that the connection did not outlive comes again. `handle` must not reject.
   */
  consume(host: string, handle: (record: StreamRecord) => Promise<void>): Promise<void>;
  /** How many records of a machine it has not handled yet. */
  waiting(host: string): Promise<number>;
  /** Creates what hands over its records to a machine, from the one behind `after` on; where it is there, it stays as it is. */
  admit(host: string, after: number): Promise<void>;
  /** Whether that is there. */
  isAdmitted(host: string): Promise<boolean>;
}

/** One connection to the cluster. It is never mended: when it breaks, another one is opened. */
export interface ClusterLink {
  /** Where it leads, for messages. */
  readonly url: string;
  readonly lease: Bucket;
  readonly state: Bucket;
  readonly messages: Bucket;
  readonly stream: UpdateStream;
  /**
   * By what the data is recognised, as it is now. Throws a FaultError if the server cannot read what it has, and rejects
   * while it does not answer.
   */
  data(): Promise<ClusterData>;
  /** Resolves with the reason when it is closed. */
  readonly closed: Promise<string>;
  close(): Promise<void>;
}

/**
 * Opens a connection and sets up what is missing on the cluster. `bot`: the bot's numeric id, with which its objects are
 * marked. Throws a FaultError when this machine cannot take part.
 */
export type ConnectCluster = (
  settings: ClusterSettings,
  names: ClusterNames,
  bot: string,
) => Promise<ClusterLink>;
