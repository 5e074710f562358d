import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PASTE_PART } from '../attachments/paste';
import { openStore, type Store } from '../store/open';
import { createIntake } from './intake';
import type { Journal } from './journal';
import { parseUpdate } from './parse';
import { createUpdates, type Updates } from './store';

const CHAT = 7;

let dir: string;
let store: Store;
let updates: Updates;
/** The ids of the updates that were parsed, in order. */
let parsed: number[];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ccbot-parse-'));
  store = openStore(join(dir, 'ccbot.db'), Date.now);
  parsed = [];
  updates = inbox();
});
afterEach(() => {
  store.close();
  rmSync(dir, { recursive: true, force: true });
});

/** The inbox as a worker opens it, with nothing in memory. */
function inbox(): Updates {
  return createUpdates(store, {
    parse(raw, receivedAt) {
      const inbound = parseUpdate(raw, receivedAt);
      parsed.push(inbound.updateId);
      return inbound;
    },
  });
}

const message = (id: number, text: string) => ({
  update_id: id,
  message: { message_id: id, date: 1, from: { id: CHAT }, chat: { id: CHAT, type: 'private' }, text },
});

/** Two parts of a paste, which the intake looks at together, and a message after them. */
const BATCH = [message(1, 'x'.repeat(PASTE_PART)), message(2, 'the rest'), message(3, 'and more')];

/** Handles what `updates` holds; `handled` gets the sender of each message that reached admission. */
function intake(handled: number[]): Journal {
  return createIntake({
    disk: { store, updates },
    run: { instance: 'me', now: Date.now },
    grammar: { commands: {}, bySlash: new Map(), byVerb: new Map() },
    // Nobody is admitted: an update has passed everything by then that could parse it.
    chats: { isAllowed: () => false } as never,
    flood: { admit: () => true },
    log: (_level, _text, meta) => void handled.push(Number(meta?.['user'])),
  });
}

it('parses an update once, when it arrives', async () => {
  const handled: number[] = [];
  updates.add(BATCH, Date.now());
  // Whoever parses the stored JSON again fails.
  store.db.exec("UPDATE updates SET body = 'damaged'");
  await intake(handled).drained();
  expect(handled).toEqual([CHAT, CHAT]);
  expect(parsed).toEqual([1, 2, 3]);
  expect(updates.failedUpdates()).toEqual([]);
  expect(updates.depth()).toBe(0);
});

it('parses an update once more after a restart, from what is stored', async () => {
  const handled: number[] = [];
  updates.add(BATCH, Date.now());
  parsed = [];
  updates = inbox();
  await intake(handled).drained();
  expect(handled).toEqual([CHAT, CHAT]);
  expect(parsed).toEqual([1, 2, 3]);
});

it('parses an update again after it was set aside: nothing of it stays in memory', () => {
  const now = Date.now();
  updates.add([message(1, 'hi')], now);
  updates.claim([1], 'me');
  updates.failed([1], 'no', true, now);
  updates.retry(1);
  const [update] = updates.open(String(CHAT), 1);
  expect(update && updates.inboundOf(update)).toMatchObject({ text: 'hi' });
  expect(parsed).toEqual([1, 1]);
});
