import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
} from 'node:fs';
import { renameSync, rmSync, statSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore, type Store } from './open';
import { createAttachmentStore } from '../attachments/store';
import { createPrompts } from '../prompts/store';
import { rebuiltOf } from './rebuilt';
import type { Salvaged } from './salvage';
import { createSessionStore } from '../sessions/store';
import { createSettings } from './settings';
import { createUpdates } from '../inbox/store';
import { createViewQueue } from '../outbox/store';
import { outboxKey } from '../outbox/keys';

/** How large SQLite's pages are, bytes. */
const PAGE = 4_096;
const NOW = 1_700_000_000_000;
const PROMPTS = 300;
const WISHES = 100;

let dir: string;
let path: string;
let store: Store | undefined;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ccbot-salvage-'));
  path = join(dir, 'ccbot.db');
});
afterEach(() => {
  store?.close();
  store = undefined;
  rmSync(dir, { recursive: true, force: true });
});

const open = (): Store => (store = openStore(path, () => NOW));

/** A database as it is in use: messages in every state, answers, choices. `log`: killed, with all or the last in the log only. */
function inUse(log: 'none' | 'all' | 'last' = 'none'): void {
  const used = openStore(path, () => NOW);
  const [prompts, views, updates] = [
    createPrompts(used),
    createViewQueue(used, () => undefined),
    createUpdates(used),
  ];
  const message = { chat: { id: 7, type: 'private' }, text: 'not understood yet' };
  updates.add(
    [1_001, 1_002, 1_003].map((id) => ({ update_id: id, message })),
    NOW,
  );
  used.tx(() => {
    createSettings(used).set('chat:7', 'active', 's1');
    createSessionStore(used).put('s1', JSON.stringify({ id: 's1', name: 'demo' }));
    for (let id = 1; id <= PROMPTS; id++)
      prompts.add({ id, session: 's1', chatId: 7, messageId: id, text: `prompt ${id} `.repeat(20) }, NOW);
    prompts.mark(1, 'confirmed', NOW);
    for (let i = 1; i <= WISHES; i++) {
      const view = { parts: [{ text: `answer ${i} `.repeat(40), entities: [] }] };
      views.put({ chatId: 7, key: outboxKey('answer', i), class: 'answer', view });
    }
    views.put({ chatId: 7, key: outboxKey('card', 's1'), class: 'card', view: { parts: [] } });
    views.pause(7, NOW, 60_000, false);
    updates.done([1_001], NOW);
    updates.claim([1_002], 'the run before');
    used.db
      .prepare("INSERT INTO asks (id, request, phase, at, body) VALUES (40, 'r', 'closed', 0, '{}')")
      .run();
  });
  if (log === 'last') {
    used.db.pragma('wal_checkpoint(TRUNCATE)');
    prompts.mark(2, 'dropped', NOW);
  }
  if (log !== 'none')
    for (const suffix of ['', '-wal']) copyFileSync(path + suffix, `${path}.killed${suffix}`);
  used.close();
  if (log !== 'none') for (const suffix of ['', '-wal']) renameSync(`${path}.killed${suffix}`, path + suffix);
}

/** Writes over a part of the file. */
function overwrite(at: number, bytes: Buffer): void {
  const file = openSync(path, 'r+');
  writeSync(file, bytes, 0, bytes.length, at);
  closeSync(file);
}

/** Bytes that are no page of any database. */
const garbage = (length: number): Buffer =>
  Buffer.from(Array.from({ length }, (_, i) => (i * 131 + 89) % 251));

/** The pages of the file that hold rows of a text. */
function pagesWith(text: string): number[] {
  const bytes = readFileSync(path);
  return Array.from({ length: bytes.length / PAGE }, (_, i) => i).filter((i) =>
    bytes.subarray(i * PAGE, (i + 1) * PAGE).includes(text),
  );
}

/** What is in the new database, which has to be whole. */
function found(): { told: Salvaged; prompts: number[]; answers: number; aside: string[] } {
  const now = open();
  expect(now.db.pragma('integrity_check', { simple: true })).toBe('ok');
  const told = rebuiltOf(createSettings(now))?.salvaged;
  if (told === undefined) throw new Error('nothing is told of a rebuilding');
  const prompts = createPrompts(now).ofSession('s1', ['waiting']);
  for (const { id, text } of prompts) expect(text).toBe(`prompt ${id} `.repeat(20));
  const answers = createViewQueue(now, () => undefined)
    .all()
    .filter((wish) => wish.class === 'answer');
  const aside = readdirSync(dir).filter((name) => name.includes('.broken-'));
  expect(readdirSync(dir).filter((name) => /salvage|\.new/.test(name))).toEqual([]);
  return { told, prompts: prompts.map((p) => p.id), answers: answers.length, aside };
}

/** Everything is there again. */
function expectAll({ told, prompts, answers }: ReturnType<typeof found>): void {
  expect(told).toEqual({ messages: PROMPTS - 1 + 2, shows: WISHES, damaged: [] });
  expect(prompts).toHaveLength(PROMPTS - 1);
  expect(answers).toBe(WISHES);
  const now = store as Store;
  expect(createSettings(now).get('chat:7', 'active')).toBe('s1');
  expect(createViewQueue(now, () => undefined).pauseLeft(7, NOW)).toBe(60_000);
  const updates = createUpdates(now);
  expect(updates.nextOffset(NOW)).toBe(1_004);
  expect(updates.reclaim('this run')).toBe(1);
  expect(updates.open('7', 10).map(({ id }) => id)).toEqual([1_002, 1_003]);
}

describe('a damaged database', () => {
  it.each([
    ['with a zeroed header', (): void => overwrite(0, Buffer.alloc(100))],
    ['whose first page is gone', (): void => overwrite(0, Buffer.alloc(PAGE))],
    ['whose first page is garbage', (): void => overwrite(0, garbage(PAGE))],
  ])('%s gives everything back', (_, damage) => {
    inUse();
    damage();
    const now = found();
    expectAll(now);
    expect(now.aside).toHaveLength(1);
  });

  it('whose header is zeroed gives back as well what was only in the log', () => {
    inUse('last');
    overwrite(0, Buffer.alloc(100));
    const { told, prompts } = found();
    expect(told).toEqual({ messages: PROMPTS - 2 + 2, shows: WISHES, damaged: [] });
    expect(Math.min(...prompts)).toBe(3);
  });

  it('that is empty but for its log gives back what is in the log', () => {
    inUse('all');
    truncateSync(path, 0);
    expectAll(found());
  });

  it('with garbage in the middle gives back all but what stood there, on both sides of it, and says so', () => {
    inUse();
    const pages = pagesWith('prompt ').filter((_, i, all) => i > 2 && i < all.length - 3 && i % 4 === 0);
    expect(pages.length).toBeGreaterThan(1);
    for (const page of pages) overwrite(page * PAGE, garbage(PAGE));
    const { told, prompts, answers } = found();
    expect(told.damaged).toContain('prompts');
    expect(told.damaged).not.toContain('wishes');
    expect(answers).toBe(WISHES);
    // A page holds some twenty of them.
    expect(prompts.length).toBeGreaterThanOrEqual(PROMPTS - 1 - pages.length * 25);
    expect(prompts.length).toBeLessThan(PROMPTS - 1);
    expect(Math.min(...prompts)).toBe(2);
    expect(Math.max(...prompts)).toBe(PROMPTS);
    expect(told.messages).toBe(prompts.length + 2);
  });

  it('that was cut short gives back what is left, and says what is not', () => {
    inUse();
    truncateSync(path, Math.floor((statSync(path).size * 0.6) / PAGE) * PAGE + 1_000);
    const { told, prompts, answers } = found();
    expect(prompts.length + answers).toBeGreaterThan(0);
    expect(prompts.length + answers).toBeLessThan(PROMPTS - 1 + WISHES);
    expect(told.damaged.length).toBeGreaterThan(0);
  });

  it('that is nothing but garbage gives nothing back, and says that', () => {
    writeFileSync(path, garbage(20 * PAGE));
    const { told, prompts } = found();
    expect(prompts).toEqual([]);
    expect(told).toMatchObject({ messages: 0, shows: 0 });
    expect(told.damaged).toEqual(expect.arrayContaining(['prompts', 'wishes', 'updates', 'settings']));
  });

  it('takes over no row that does not make sense', () => {
    inUse();
    const used = openStore(path, () => NOW);
    used.db.prepare("UPDATE wishes SET body = '{\"class\": \"ans' WHERE key = 'answer:1'").run();
    used.close();
    overwrite(0, Buffer.alloc(100));
    const { told, answers } = found();
    expect(answers).toBe(WISHES - 1);
    expect(told.damaged).toEqual(['wishes']);
  });

  it('keeps what goes to an agent together with its messages', () => {
    const used = openStore(path, () => NOW);
    const part = { messageId: 5, text: 'x', at: NOW } as never;
    createAttachmentStore(used).add({
      id: 9,
      chatId: 7,
      session: 's1',
      messageId: 5,
      parts: [part],
      state: 'ready',
      at: 0,
    });
    used.close();
    overwrite(0, Buffer.alloc(100));
    expect(createAttachmentStore(open()).ofMessage(7, 5)?.id).toBe(9);
  });

  it('never gives a new request the number of an old one, whose buttons are in the chat still', () => {
    inUse();
    writeFileSync(path, garbage(20 * PAGE));
    const { db } = open();
    const added = db
      .prepare("INSERT INTO asks (request, phase, at, body) VALUES ('new', 'open', 0, '{}')")
      .run();
    expect(Number(added.lastInsertRowid)).toBeGreaterThan(NOW / 1_000);
  });
});

describe('a rebuilding that was killed', () => {
  it('begins anew when the new database was not whole yet', () => {
    inUse();
    overwrite(0, Buffer.alloc(100));
    writeFileSync(`${path}.new`, garbage(3 * PAGE));
    writeFileSync(`${path}.salvage`, garbage(10));
    expectAll(found());
  });

  it('is finished when the old one was set aside already', () => {
    inUse();
    overwrite(0, Buffer.alloc(100));
    found();
    store?.close();
    renameSync(path, `${path}.new`);
    writeFileSync(`${path}-wal`, garbage(100));
    expectAll(found());
    expect(existsSync(`${path}.new`)).toBe(false);
  });
});
