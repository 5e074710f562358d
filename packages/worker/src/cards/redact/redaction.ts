import type { LogFn } from '@ccbot/shared/log/logger';
import type { QueuedView } from '../../outbox/model';
import { parseQueuedView, queuedViewRow } from '../../outbox/rows';
import type { OutboxWords } from '../../words/topics/outbox';
import { redactView } from './redact-view';
import { maskRequest, secretsInRequest } from './request-mask';

/** The original of a masked message: stored in the database and nowhere else. */
export interface RedactedRow {
  chat: number;
  /** The queued view as JSON. */
  body: string;
  /** The parts that the user wants to see. */
  open: readonly number[];
}

/** The originals of masked messages, on disk. */
export interface RedactedStore {
  get(id: string): RedactedRow | undefined;
  put(id: string, row: RedactedRow, at: number): void;
  drop(id: string): void;
  /** Deletes what is older than `before`, ms since the epoch. */
  prune(before: number): void;
}

/** How long the original of a masked message can be shown, ms. Later only the agent's own transcript has it. */
export const REDACTED_KEEP_MS = 48 * 3_600_000;

/** Masks what goes out, and shows it to the user who asks. */
export interface Redaction {
  /** The view with everything masked that is shaped like a credential, except in parts that the user wants to see. */
  redact(queued: QueuedView): QueuedView;
  /** Whether something in this text would be masked in a request. */
  masksInRequest(text: string): boolean;
  /** Shows or masks a part from now on. Answers the original, to be queued again; null when it is too old. */
  reveal(chatId: number, id: string, part: number, show: boolean): QueuedView | null;
}

export interface RedactionDeps {
  /** Secrets to mask wherever they occur. */
  known: readonly string[];
  store: RedactedStore;
  /** Makes an id of at most 24 letters. */
  hash(text: string): string;
  wordsOf(chatId: number): { outbox: OutboxWords };
  now(): number;
  log: LogFn;
}

export function createRedaction(deps: RedactionDeps): Redaction {
  const { store, now } = deps;
  return {
    redact: (queued) => redact(deps, queued),
    masksInRequest: (text) => secretsInRequest(text, deps.known).length > 0,
    reveal(chatId, id, part, show) {
      const row = store.get(id);
      if (row === undefined || row.chat !== chatId) return null;
      const original = parseQueuedView(row.body);
      if (!original.ok) {
        deps.log('error', 'masked message not shown: row unreadable', { id, reason: original.reason });
        return null;
      }
      const others = row.open.filter((other) => other !== part);
      store.put(id, { ...row, open: show ? [...others, part] : others }, now());
      return original.value;
    },
  };
}

function redact({ known, store, hash, wordsOf, now }: RedactionDeps, queued: QueuedView): QueuedView {
  if (queued.masks !== undefined) {
    // A request of an earlier ccbot may have an original: its button must not bring the old message back.
    store.drop(hash(`${queued.chatId} ${queued.key}`));
    return queued.masks === 'none' ? queued : { ...queued, view: maskRequest(queued.view, known) };
  }
  // A live card changes every second; the finished turn, which replaces it, has the button.
  if (queued.class === 'card') return { ...queued, view: redactView(queued.view, { known }).view };
  const id = hash(`${queued.chatId} ${queued.key}`);
  const words = wordsOf(queued.chatId).outbox;
  const { view, hidden } = redactView(queued.view, { known, reveal: { id, open: [], words } });
  if (hidden.length === 0) {
    store.drop(id);
    return queued;
  }
  // Queued again to be shown, it stays where it is.
  const { moves: _moves, ...original } = queued;
  const body = queuedViewRow(original);
  const before = store.get(id);
  // The same message, queued again after a crash, keeps the parts that the user wants to see.
  const open = before?.body === body ? before.open : [];
  store.put(id, { chat: queued.chatId, body, open }, now());
  store.prune(now() - REDACTED_KEEP_MS);
  if (open.length === 0) return { ...queued, view };
  return { ...queued, view: redactView(queued.view, { known, reveal: { id, open, words } }).view };
}
