import type { Journal } from '../inbound/journal';
import type { Outbox } from '../outbox/outbox';
import type { Follower } from '../sessions/follower';
import type { Reconciled } from '../sessions/reconcile';
import type { Registry } from '../sessions/registry';
import type { AgentMenu } from './agent-menu';
import type { Settings } from '../store/settings';
import type { Updates } from '../store/updates';
import type { Words } from '../words/words';

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
  tellAll(key: string, text: (words: Words) => string): void;
  stop(): Promise<void>;
}
