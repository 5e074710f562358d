import type { QueuedView } from '../../outbox/model';
import { redactView } from './redact-view';
import type { OutboxWords } from '../../words/topics/outbox';

/** A masked message as it is: kept in the database and nowhere else. */
export interface RedactedRow {
  chat: number;
  /** The wish as JSON. */
  body: string;
  /** The parts that the person wants to see. */
  open: readonly number[];
}

/** The masked messages on disk. */
export interface RedactedStore {
  get(id: string): RedactedRow | undefined;
  put(id: string, row: RedactedRow, at: number): void;
  drop(id: string): void;
  /** Forgets what is older than `before`, ms since the epoch. */
  prune(before: number): void;
}

/** How long a masked message can be shown, ms. Later the agent's own transcript has it. */
export const REDACTED_KEEP_MS = 48 * 3_600_000;

/** Masks what goes out, and shows it to the person who asks. */
export interface Redaction {
  /** The wish with everything masked that is shaped like a credential and that the person has not asked to see. */
  redact(wanted: QueuedView): QueuedView;
  /** Notes that the person wants to see a part, or no longer; the wish to be put again, or null when it is too late. */
  reveal(chatId: number, id: string, part: number, show: boolean): QueuedView | null;
}

/** What it is made from. `known`: secrets that are looked for as they are; `hash` makes an id of at most 24 letters. */
export interface RedactionDeps {
  known: readonly string[];
  store: RedactedStore;
  hash(text: string): string;
  /** What the buttons say in a chat; absent: in English. */
  wordsOf?(chatId: number): { outbox: OutboxWords };
  now(): number;
}

/** Masks over what is stored. */
export function createRedaction({ known, store, hash, wordsOf, now }: RedactionDeps): Redaction {
  return {
    redact(wanted) {
      // A live card changes by the second; the finished turn, which takes its place, can be asked.
      if (wanted.class === 'card') return { ...wanted, view: redactView(wanted.view, { known }).view };
      const id = hash(`${wanted.chatId} ${wanted.key}`);
      const words = wordsOf?.(wanted.chatId).outbox;
      const said = words === undefined ? {} : { words };
      const { view, hidden } = redactView(wanted.view, { known, id, ...said });
      if (hidden.length === 0) {
        store.drop(id);
        return wanted;
      }
      const body = toJson(wanted);
      const before = store.get(id);
      // Said again after a crash it is the same message, and looks as the person wants it.
      const open = before?.body === body ? before.open : [];
      store.put(id, { chat: wanted.chatId, body, open }, now());
      store.prune(now() - REDACTED_KEEP_MS);
      return {
        ...wanted,
        view: open.length === 0 ? view : redactView(wanted.view, { known, id, open, ...said }).view,
      };
    },
    reveal(chatId, id, part, show) {
      const row = store.get(id);
      if (row === undefined || row.chat !== chatId) return null;
      const others = row.open.filter((other) => other !== part);
      store.put(id, { ...row, open: show ? [...others, part] : others }, now());
      return fromJson(row.body);
    },
  };
}

function toJson(wanted: QueuedView): string {
  // A function with a `this`: a Buffer has turned itself into an object before it is handed over.
  return JSON.stringify(wanted, function (this: Record<string, unknown>, key: string, value: unknown) {
    const whole = this[key];
    return whole instanceof Uint8Array ? { text: new TextDecoder().decode(whole) } : value;
  });
}

/** Only generated files are kept as bytes, and they are texts. */
function fromJson(body: string): QueuedView {
  return JSON.parse(body, (key, value: unknown) => {
    if (key !== 'bytes' || typeof value !== 'object' || value === null) return value;
    return new TextEncoder().encode((value as { text: string }).text);
  }) as QueuedView;
}
