import { createOutboxFiles, type OutboxFiles } from './files';
import { createFooter, type Footer } from './footer';
import { createForms, type Forms } from './forms';
import { createMeter, type Meter, type Pace } from './meter';
import type { Settled } from './model';
import type { OutboxDeps } from './port';
import type { QueuedRow } from './store';
import { createWaits, type Waits } from './waits';

/** The state of the outbox, shared by the functions that drain it. Whatever must outlive the program is in `deps.disk.views`. */
export interface OutboxState {
  readonly deps: OutboxDeps;
  readonly files: OutboxFiles;
  readonly forms: Forms;
  readonly footer: Footer;
  readonly meter: Meter;
  readonly waits: Waits;
  /** The running drain of each chat. */
  readonly drains: Map<number, Promise<void>>;
  /** Chats in which a view was queued while their drain ran. */
  readonly unseen: Set<number>;
  /** The view, by chat, whose call holds up the chat's drain: a live card, or one whose file is being uploaded. */
  readonly calling: Map<number, QueuedRow>;
  /** The drain that sends what must not wait for that call; see `passes` in `drain.ts`. */
  readonly urgent: Map<number, Promise<void>>;
  /** By {@link listenerKey}. */
  readonly listeners: Map<string, (how: Settled) => void>;
  /** Called whenever a call that succeeded is recorded. */
  readonly recorded: Set<() => void>;
  /** Called when the last drain ends. */
  readonly idlers: Set<() => void>;
  started: boolean;
  /** Calls that succeeded. */
  sent: number;
}

/** A state in which nothing is sent yet. */
export function createOutboxState(deps: OutboxDeps): OutboxState {
  const { disk, policy, clock } = deps;
  return {
    deps,
    files: createOutboxFiles(disk.filesDir),
    forms: createForms(policy.rich ?? { usable: () => false }, policy.wordsOf),
    footer: createFooter(disk.views, policy.footer ?? (() => [])),
    meter: createMeter((chatId) => policy.cardLagMs(chatId), clock.now(), policy.chatRate),
    waits: createWaits(),
    drains: new Map(),
    unseen: new Set(),
    calling: new Map(),
    urgent: new Map(),
    listeners: new Map(),
    recorded: new Set(),
    idlers: new Set(),
    started: false,
    sent: 0,
  };
}

/** Runs work that writes to the store, and repeats it while the disk is full, until the outbox stops. */
export function whenStored({ deps, waits }: OutboxState, work: () => Promise<void> | void): Promise<void> {
  return deps.disk.retryWhileFull('outbox', waits.signal, work);
}

/** Under this id, which no chat has, is stored how long all chats must be left alone. */
const ALL_CHATS = 0;

/** How long the next call in a chat must wait, ms. */
export function dueIn({ deps, meter }: OutboxState, chatId: number, pace: Pace): number {
  const { views } = deps.disk;
  const now = deps.clock.now();
  return Math.max(
    views.pauseLeft(chatId, now),
    views.pauseLeft(ALL_CHATS, now),
    meter.due(chatId, pace, now),
  );
}

/** Leaves a chat, or all of them, alone for `ms`, and not for less than before. */
export function hold({ deps }: OutboxState, chat: number | 'all', ms: number): void {
  const { views } = deps.disk;
  const now = deps.clock.now();
  const id = chat === 'all' ? ALL_CHATS : chat;
  if (views.pauseLeft(id, now) < ms) views.pause(id, now, ms, false);
}

/** Telegram has told us to leave a chat alone for `ms`. */
export function heldUp({ deps }: OutboxState, chatId: number, ms: number): void {
  deps.disk.views.pause(chatId, deps.clock.now(), ms, false);
  deps.policy.held?.(chatId, ms);
}

/** Identifies whoever waits for the end of a view. */
export function listenerKey(chatId: number, key: string): string {
  return `${chatId} ${key}`;
}
