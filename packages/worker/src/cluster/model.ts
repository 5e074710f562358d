import type { Fault } from '@ccbot/shared/faults/fault';

/** A machine of the cluster. */
export interface Machine {
  /** Its name, unique in the cluster. */
  host: string;
  version: string;
  /** When its worker started, ms since the epoch, by its own clock. */
  startedAt: number;
  /** When it was last heard of, ms since the epoch, by the clock of the server. */
  seenAt: number;
  /** It was stopped, or has not been heard of for 15 seconds. What is sent to it waits until it comes back. */
  isAway: boolean;
  /** This machine. */
  isSelf: boolean;
}

/** A session as the other machines know it. */
export interface SharedSession {
  id: string;
  /** The machine that it runs on. */
  host: string;
  name: string;
  /** The id of the agent. */
  agent: string;
  cwd: string;
  /** The chat of the user who started it. */
  chatId: number;
  /** As in `Session`. */
  phase: string;
  /** What its agent does, as in `Card`. */
  activity: string;
  live: boolean;
  createdAt: number;
  /** The user's first words in it, in one line. */
  about?: string | undefined;
  /** As in `Session`, of one that is in the archive. */
  ended?: { at: number; why: string } | undefined;
  /** How the cards of the other machines show it; absent: an earlier version wrote it. */
  panel?: SharedPanel | undefined;
}

/** The line about a session on the cards of others. */
export interface SharedPanel {
  /** As in `PanelLine`. */
  state: string;
  /** When its turn began, ms since the epoch; absent: it does not work. */
  since?: number;
  /** How full its context is, percent. */
  context?: number;
}

/** A session of another machine. */
export interface SessionElsewhere extends SharedSession {
  /** As the chat names it. */
  label: string;
  /** Its machine is away. */
  isAway: boolean;
}

/** How this machine stands to the cluster. */
export interface ClusterStanding {
  host: string;
  /** Null: it takes part. Otherwise why not, and since when, ms since the epoch. */
  trouble: { fault: Fault; since: number } | null;
  /** The machine that polls, as far as this one knows. */
  poller: string | null;
  /** Set while this machine polls. */
  epoch: number | null;
  /** For how long it may poll without hearing from the cluster again, ms; 0: it does not poll. */
  leaseLeftMs: number;
  /** Updates on the cluster that this machine has not taken over yet. */
  lag: number;
}

/** What the rooms and features know of the other machines. Works from a copy on disk while the cluster is away. */
export interface ClusterView {
  readonly host: string;
  standing(): ClusterStanding;
  /** All machines, by name. */
  machines(): Machine[];
  /** The sessions of all machines, this one included, oldest first. */
  sessions(): SharedSession[];
  /** Those of the other machines, oldest first. */
  elsewhere(): SessionElsewhere[];
  /** There is another machine, so that the chat names the machine of each session. */
  hasOthers(): boolean;
  /** The machine on which the chat starts sessions, if its user has chosen one. */
  defaultHost(chatId: number): string | undefined;
  setDefaultHost(chatId: number, host: string): void;
  /** Calls `listener` after something of this has changed, or a value that all machines share. */
  onChange(listener: () => void): void;
}

/** Whether a command of a machine waits for a chat's next text; `any`: also for one that begins with `/`. */
export type Awaits = 'no' | 'text' | 'any';

/** An update that a machine has handled. */
export interface HandledUpdate {
  update: number;
  /** The user wrote a message, so that it stands below everything that was there. */
  isWritten: boolean;
}

/** Which machine an update goes to. */
export interface Destination {
  host: string;
  /** It may change where later updates of its chat go. */
  steers: boolean;
  /** The chat's active session by which this was decided, if there is one. */
  active?: string | undefined;
}

/**
 * What a machine does with the card and the footer of a chat: it draws them, it removes its own because they are another
 * machine's, or it leaves everything as it is until it knows.
 */
export type CardRole = 'draw' | 'clear' | 'wait';

/** A value under a key of {@link Exchange}. */
export interface Exchanged {
  key: string;
  /** Null: it was deleted. */
  value: string | null;
  /** Grows with every write. */
  revision: number;
}

/**
 * Values that two machines hand each other, such as an offer and its answer, each under a key of its own: letters and
 * digits. The cluster deletes them after 7 days. What is asked of it rejects while the cluster is away, and then nobody
 * knows whether a write was stored.
 */
export interface Exchange {
  get(key: string): Promise<Exchanged | null>;
  /** Writes a value if the key still has the revision `expected` (0: it never had a value); returns its new one, or null. */
  put(key: string, value: string, expected: number): Promise<number | null>;
  remove(key: string): Promise<void>;
  /**
   * `changed` is called for every value there is each time the cluster is joined, and for every change; `joined` each time
   * it is joined.
   */
  listen(listener: { joined(): void; changed(value: Exchanged): void }): void;
}
