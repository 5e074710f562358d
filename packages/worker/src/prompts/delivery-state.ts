import type { LogFn } from '@ccbot/shared/log/logger';
import type { Attention } from '../watch/attention';
import type { Follower } from '../watch/follower';
import type { PromptTracker } from '../watch/prompt-tracker';
import type { Watcher } from '../watch/watcher';
import type { AgentInput } from './agent-input';
import type { Standing } from './decide';
import type { DeliveryQueue } from './delivery-queue';
import type { Evidence } from './evidence';
import type { QueueHold } from './hold';
import type { KeyReaders } from './key-readers';
import type { Receipts } from './receipts';
import type { Submission } from './submission';

/** What the delivery uses of the watching room. */
export interface DeliveryWatch {
  attention: Pick<Attention, 'hold'>;
  follower: Pick<Follower, 'caughtUp'>;
  tracker: Pick<PromptTracker, 'taken'>;
  watcher: Pick<Watcher, 'typed'>;
}

export interface DeliveryDeps {
  queue: DeliveryQueue;
  input: AgentInput;
  watch: DeliveryWatch;
  receipts: Receipts;
  log: LogFn;
  now(): number;
}

/** The dependencies, with what is known of this run's prompts, which were typed or decided about, and of its agents. */
export interface DeliveryBase extends DeliveryDeps {
  standings: Map<number, Standing>;
  keyReaders: KeyReaders;
}

export interface DeliveryState extends DeliveryBase {
  hold: QueueHold;
  submission: Submission;
  evidence: Evidence;
  /** Sessions that are being typed into. */
  running: Map<string, Promise<void>>;
  /** Sessions with something new to type since their queue was last read. */
  again: Set<string>;
  /** Sessions whose prompts of earlier runs were compared with the evidence. */
  checked: Set<string>;
  /** Sessions whose agent said that it has a prompt, while it was at turn `turn` and not at work. `at`: ms since the epoch. */
  accepted: Map<string, { turn: number; at: number }>;
  /** Sessions whose agent has taken a text that its input line never showed. */
  unseen: Set<string>;
  /** Prompts that were submitted unseen once, without a sign of them. */
  retyped: Set<number>;
  isStopped: boolean;
  /** Aborted by stop: ends the waiting for room on the disk. */
  ending: AbortController;
}
