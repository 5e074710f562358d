import type { Clock } from '@ccbot/shared/clock';
import type { AttachmentDisk, Replies } from './release';
import type { Attachment, Message } from './model';

/** The most messages of a chat that are kept: more is not written in the time in which a session is opened. */
export const KEPT_MAX = 30;

/** A message is kept for this long, ms: after a day nobody expects that it still goes anywhere. */
export const KEPT_MS = 24 * 3_600_000;

/** Hears what becomes of kept messages, as part of the transaction in which it happens. */
export interface KeptListener {
  /** Messages of a chat go to a session; `first` is the id of the oldest. */
  delivered(chatId: number, session: string, count: number, first: number): void;
  /** Nobody opened a session for them in time. */
  expired(chatId: number, count: number, first: number): void;
}

/** What users wrote while their chat had no session: it waits on disk for the next one. */
export interface KeptMessages {
  /** Keeps a message durably; after a crash it may be kept again, and stays one. False: too many are kept already. */
  keep(message: Omit<Message, 'session'>): boolean;
  /** How many messages of a chat are kept, and until when, ms since the epoch; undefined: none. */
  of(chatId: number): { count: number; until: number } | undefined;
  /** The chat has a session: everything kept goes to it, in the order in which it was written. */
  deliver(chatId: number, session: string): void;
  /**
   * The chat has a session of another machine: `pass` gets everything that is kept, in the order in which it was written,
   * and stores it in the same transaction. Nothing of it stays here.
   */
  pass(chatId: number, session: string, pass: (messages: readonly Attachment[]) => void): void;
  /** Returns how many messages were discarded. */
  discard(chatId: number): number;
  /** Discards what was kept for too long. */
  expire(): void;
  listen(listener: KeptListener): void;
}

export interface KeptDeps {
  disk: AttachmentDisk;
  replies: Pick<Replies, 'react'>;
  clock: Pick<Clock, 'now'>;
  /** Messages have a session now: their files are fetched, and they are queued in order. */
  queue(session: string, ids: readonly number[]): void;
}

interface KeptState extends KeptDeps {
  readonly listeners: KeptListener[];
}

export function createKeptMessages(deps: KeptDeps): KeptMessages {
  const state: KeptState = { ...deps, listeners: [] };
  return {
    keep: (message) => keep(state, message),
    of(chatId) {
      const kept = deps.disk.attachments.kept(chatId);
      const [first] = kept;
      return first === undefined ? undefined : { count: kept.length, until: first.at + KEPT_MS };
    },
    deliver: (chatId, session) => deliver(state, chatId, session),
    pass: (chatId, session, pass) => passOn(state, chatId, session, pass),
    discard: (chatId) => discard(state, chatId, Number.POSITIVE_INFINITY).count,
    expire: () => expire(state),
    listen: (listener) => void state.listeners.push(listener),
  };
}

function keep({ disk, replies, clock }: KeptState, message: Omit<Message, 'session'>): boolean {
  const { id, chatId, messageId, parts } = message;
  const { store, attachments } = disk;
  const hasFile = parts.some((part) => part.file !== undefined);
  const isKept = store.tx(() => {
    if (attachments.get(id) !== undefined) return true;
    if (attachments.kept(chatId).length >= KEPT_MAX) return false;
    return attachments.add({
      ...message,
      session: '',
      state: hasFile ? 'preparing' : 'ready',
      at: clock.now(),
    });
  });
  if (isKept) replies.react(chatId, messageId, '😴');
  return isKept;
}

function deliver({ disk, clock, listeners, queue }: KeptState, chatId: number, session: string): void {
  const { store, attachments } = disk;
  const ids = store.tx(() => {
    const kept = attachments.kept(chatId).map(({ id }) => id);
    const [first] = kept;
    if (first === undefined) return [];
    for (const id of kept) attachments.address(id, session, clock.now());
    for (const listener of listeners) listener.delivered(chatId, session, kept.length, first);
    return kept;
  });
  if (ids.length > 0) queue(session, ids);
}

function passOn(
  { disk, listeners }: KeptState,
  chatId: number,
  session: string,
  pass: (messages: readonly Attachment[]) => void,
): void {
  const { store, attachments } = disk;
  store.tx(() => {
    const kept = attachments.kept(chatId);
    const [first] = kept;
    if (first === undefined) return;
    pass(kept);
    for (const { id } of kept) attachments.mark(id, 'void');
    for (const listener of listeners) listener.delivered(chatId, session, kept.length, first.id);
  });
}

/** Discards what a chat kept before `before`. */
function discard({ disk, replies }: KeptState, chatId: number, before: number) {
  const { store, attachments } = disk;
  const kept = store.tx(() => {
    const old = attachments.kept(chatId).filter(({ at }) => at < before);
    for (const { id } of old) attachments.mark(id, 'void');
    return old;
  });
  for (const { messageId } of kept) replies.react(chatId, messageId, null);
  return { count: kept.length, first: kept[0]?.id ?? 0 };
}

function expire(state: KeptState): void {
  const { disk, clock, listeners } = state;
  const before = clock.now() - KEPT_MS;
  for (const chatId of disk.attachments.chatsKeeping()) {
    disk.store.tx(() => {
      const { count, first } = discard(state, chatId, before);
      if (count > 0) for (const listener of listeners) listener.expired(chatId, count, first);
    });
  }
}
