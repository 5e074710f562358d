import type { Journal } from '../inbox/journal';
import type { Outbox } from '../outbox/outbox';
import type { Follower } from '../watch/follower';
import type { Reconciled } from '../watch/reconcile';
import type { Registry } from '../sessions/registry';
import type { AgentMenu } from '../chat/menu/agent-menu';
import type { Settings } from '../store/settings';
import type { Updates } from '../inbox/store';
import type { Words } from '../words/words';
import type { OutboxKey } from '../outbox/keys';

/** The stations, wired; started and stopped by `main`. */
export interface Stations {
  registry: Registry;
  outbox: Outbox;
  journal: Journal;
  updates: Updates;
  settings: Settings;
  follower: Follower;
  menu: AgentMenu;
  /** Connects the terminal, holds the sessions against it, and begins to send. */
  start(): Promise<Reconciled>;
  /** Resolves when nothing of what came in is still on its way into a terminal, and every transcript is read. */
  settled(): Promise<void>;
  busy(): boolean;
  /** Tells every allowed person. */
  tellAll(key: OutboxKey, text: (words: Words) => string): void;
  stop(): Promise<void>;
}
