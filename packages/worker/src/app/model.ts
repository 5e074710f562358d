import type { Paths } from '@ccbot/shared/config/paths';
import type { Config } from '@ccbot/shared/config/schema';
import type { Log } from '@ccbot/shared/log/logger';
import type { AgentCatalog } from '../agents/catalog';
import type { AttachmentStore } from '../attachments/model';
import type { MessageIntake } from '../attachments/intake';
import type { KeptMessages } from '../attachments/kept';
import type { Board } from '../board/model';
import type { Redaction } from '../cards/redact/redaction';
import type { ActiveSession } from '../chat/active-session';
import type { Chooser } from '../chat/chooser';
import type { CommandTable } from '../chat/command';
import type { Cluster } from '../cluster/cluster';
import type { People } from '../chat/people';
import type { Threads } from '../chat/threads';
import type { Updates } from '../inbox/store';
import type { Measures } from '../metrics/measures';
import type { Outbox } from '../outbox/outbox';
import type { Painter } from '../picture/painter';
import type { Delivery } from '../prompts/delivery';
import type { PromptAuthors, PromptQueue } from '../prompts/model';
import type { EffectTable, EventTable } from '../sessions/handlers/model';
import type { Lifecycle } from '../sessions/lifecycle/lifecycle';
import type { Registry } from '../sessions/registry';
import type { Whereabouts } from '../sessions/lifecycle/whereabouts';
import type { Windows } from '../sessions/lifecycle/windows';
import type { WaitingSessions } from '../sessions/waiting';
import type { Store } from '../store/open';
import type { Settings } from '../store/settings';
import type { BotApi } from '../telegram/api';
import type { FileSource } from '../telegram/files';
import type { Panes } from '../terminal/panes';
import type { Watcher } from '../watch/watcher';
import type { ScreenReader } from '../watch/screen-reader';
import type { Follower } from '../watch/follower';
import type { IdleDetection } from '../watch/idle-detection';
import type { SocketHandler } from '../watch/socket';
import type { WatchHealth } from '../watch/watch-health';
import type { Words } from '../words/words';

/** What the process hands to the kernel: everything that reaches outside of it. */
export interface World {
  config: Config;
  paths: Paths;
  store: Store;
  /** The inbox in `store`, which the poll fills. */
  updates: Updates;
  /** The terminal as it is; rooms use the windows of sessions instead. */
  panes: Panes;
  painter: Pick<Painter, 'paint'>;
  api: BotApi;
  /** The same bot at another server. */
  apiAt(apiRoot: string): Promise<BotApi>;
  /** Files that users send. */
  files: FileSource;
  /** A uuid of this run. */
  instance: string;
  env: Readonly<Record<string, string | undefined>>;
  home: string;
  cwd: string;
  botUsername: string;
  log: Log;
  /** Milliseconds since the epoch. */
  now(): number;
  /** In [0, 1), for jitter. */
  chance(): number;
  /** Lines for `/health` that only the process knows. */
  health(words: Words): string[];
  /** The other machines that share the bot; absent: this one works alone. */
  cluster?: Cluster;
  /** Counts and times what passes; absent: nothing is measured. */
  measures?: Measures;
}

/** The rooms that a feature may use. */
export interface Kernel {
  world: World;
  settings: Settings;
  people: People;
  active: ActiveSession;
  threads: Threads;
  chooser: Chooser;
  agents: AgentCatalog;
  sessions: Registry;
  waiting: WaitingSessions;
  windows: Windows;
  lifecycle: Lifecycle;
  whereabouts: Whereabouts;
  prompts: { queue: PromptQueue; delivery: Delivery; authors: PromptAuthors };
  watch: {
    watcher: Watcher;
    screenReader: ScreenReader;
    follower: Follower;
    idle: IdleDetection;
    health: WatchHealth;
  };
  board: Board;
  outbox: Outbox;
  redaction: Redaction;
  kept: KeptMessages;
}

/** The kernel with what only `app` uses. */
export interface Rooms extends Kernel {
  attachments: AttachmentStore;
  intake: MessageIntake;
}

/** What hooks and helper programs send to the worker's socket, by kind. */
export type SocketTable = Readonly<Record<string, SocketHandler>>;

/** What a feature adds to the program. Everything is optional; nothing else can reach the kernel. */
export interface Feature {
  name: string;
  /** Chat commands and button presses it answers, by intent. */
  commands?: CommandTable;
  /** What it does after a session's step, by effect. */
  effects?: EffectTable;
  /** What it does when something happens to a session, by the type of the input. */
  events?: EventTable;
  socket?: SocketTable;
  /** Called before anything of the outside is heard; what is sent goes out once the kernel has started. */
  start?(): Promise<void> | void;
  stop?(): Promise<void> | void;
}

/** Creates a feature over the kernel; `app/features.ts` lists them. They start in order and stop in reverse. */
export type CreateFeature = (kernel: Kernel) => Feature;
