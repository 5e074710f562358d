import { NO_THREAD } from '../outbox/model';
import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore, type Store } from './open';
import { createAttachmentStore } from '../attachments/store';
import { createPrompts } from '../prompts/store';
import { pendingRebuildNotice, type RebuildNotice } from './rebuild-notice';
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

type Salvaged = NonNullable<RebuildNotice['salvaged']>;

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

/** Writes a database with messages in every state, answers and choices. `log`: the worker was killed, with everything or the last change in the log only. */
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
      views.put({ chatId: 7, thread: NO_THREAD, key: outboxKey('answer', i), class: 'answer', view });
    }
    views.put({
      chatId: 7,
      thread: NO_THREAD,
      key: outboxKey('card', 's1'),
      class: 'card',
      view: { parts: [] },
    });
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

/** Bytes that are not a page of any database. */
const garbage = (length: number): Buffer =>
  Buffer.from(Array.from({ length }, (_, i) => (i * 131 + 89) % 251));

/** The pages of the file that contain a text. */
function pagesWith(text: string): number[] {
  const bytes = readFileSync(path);
  return Array.from({ length: bytes.length / PAGE }, (_, i) => i).filter((i) =>
    bytes.subarray(i * PAGE, (i + 1) * PAGE).includes(text),
  );
}

/** Opens the database, which must be intact then, and reads what it holds. */
function found(): { salvaged: Salvaged; prompts: number[]; answers: number; aside: string[] } {
  const now = open();
  expect(now.db.pragma('integrity_check')).toBe('ok');
  const salvaged = pendingRebuildNotice(createSettings(now))?.salvaged;
  if (salvaged === undefined) throw new Error('no notice of a rebuild');
  const prompts = createPrompts(now).ofSession('s1', ['waiting']);
  for (const { id, text } of prompts) expect(text).toBe(`prompt ${id} `.repeat(20));
  const answers = createViewQueue(now, () => undefined)
    .all()
    .filter((wish) => wish.class === 'answer');
  const aside = readdirSync(dir).filter((name) => name.includes('.broken-'));
  expect(readdirSync(dir).filter((name) => /salvage|\.new/.test(name))).toEqual([]);
  return { salvaged, prompts: prompts.map((p) => p.id), answers: answers.length, aside };
}

/** Nothing was lost. */
function expectAll({ salvaged, prompts, answers }: ReturnType<typeof found>): void {
  expect(salvaged).toEqual({ messages: PROMPTS - 1 + 2, shows: WISHES, damaged: [] });
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
    ['with a zeroed first page', (): void => overwrite(0, Buffer.alloc(PAGE))],
    ['with garbage as its first page', (): void => overwrite(0, garbage(PAGE))],
  ])('%s loses nothing', (_, damage) => {
    inUse();
    damage();
    const now = found();
    expectAll(now);
    expect(now.aside).toHaveLength(1);
  });

  it('with a zeroed header does not lose what was only in the log', () => {
    inUse('last');
    overwrite(0, Buffer.alloc(100));
    const { salvaged, prompts } = found();
    expect(salvaged).toEqual({ messages: PROMPTS - 2 + 2, shows: WISHES, damaged: [] });
    expect(Math.min(...prompts)).toBe(3);
  });

  it('of which only the log is left loses nothing that is in the log', () => {
    inUse('all');
    truncateSync(path, 0);
    expectAll(found());
  });

  it('with garbage in the middle loses only the overwritten rows, and says so', () => {
    inUse();
    const pages = pagesWith('prompt ').filter((_, i, all) => i > 2 && i < all.length - 3 && i % 4 === 0);
    expect(pages.length).toBeGreaterThan(1);
    for (const page of pages) overwrite(page * PAGE, garbage(PAGE));
    const { salvaged, prompts, answers } = found();
    expect(salvaged.damaged).toContain('prompts');
    expect(salvaged.damaged).not.toContain('wishes');
    expect(answers).toBe(WISHES);
    // A page holds some twenty prompts.
    expect(prompts.length).toBeGreaterThanOrEqual(PROMPTS - 1 - pages.length * 25);
    expect(prompts.length).toBeLessThan(PROMPTS - 1);
    expect(Math.min(...prompts)).toBe(2);
    expect(Math.max(...prompts)).toBe(PROMPTS);
    expect(salvaged.messages).toBe(prompts.length + 2);
  });

  it('that was cut short keeps what is left, and says which tables lost rows', () => {
    inUse();
    truncateSync(path, Math.floor((statSync(path).size * 0.6) / PAGE) * PAGE + 1_000);
    const { salvaged, prompts, answers } = found();
    expect(prompts.length + answers).toBeGreaterThan(0);
    expect(prompts.length + answers).toBeLessThan(PROMPTS - 1 + WISHES);
    expect(salvaged.damaged.length).toBeGreaterThan(0);
  });

  it('of nothing but garbage loses everything, and says so', () => {
    writeFileSync(path, garbage(20 * PAGE));
    const { salvaged, prompts } = found();
    expect(prompts).toEqual([]);
    expect(salvaged).toMatchObject({ messages: 0, shows: 0 });
    expect(salvaged.damaged).toEqual(expect.arrayContaining(['prompts', 'wishes', 'updates', 'settings']));
  });

  it('drops a row whose body is not valid JSON', () => {
    inUse();
    const used = openStore(path, () => NOW);
    used.db.prepare("UPDATE wishes SET body = '{\"class\": \"ans' WHERE key = 'answer:1'").run();
    used.close();
    overwrite(0, Buffer.alloc(100));
    const { salvaged, answers } = found();
    expect(answers).toBe(WISHES - 1);
    expect(salvaged.damaged).toEqual(['wishes']);
  });

  it('keeps an attachment together with its messages', () => {
    const used = openStore(path, () => NOW);
    const part = { messageId: 5, text: 'x', at: NOW } as never;
    createAttachmentStore(used, () => undefined).add({
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
    expect(createAttachmentStore(open(), () => undefined).ofMessage(7, 5)?.id).toBe(9);
  });

  it('never gives a new request the number of an old one, whose buttons are still in the chat', () => {
    inUse();
    writeFileSync(path, garbage(20 * PAGE));
    const { db } = open();
    const added = db
      .prepare("INSERT INTO asks (request, phase, at, body) VALUES ('new', 'open', 0, '{}')")
      .run();
    expect(Number(added.lastInsertRowid)).toBeGreaterThan(NOW / 1_000);
  });
});

describe('a killed rebuild', () => {
  it('starts again when the new database was not complete yet', () => {
    inUse();
    overwrite(0, Buffer.alloc(100));
    writeFileSync(`${path}.new`, garbage(3 * PAGE));
    writeFileSync(`${path}.salvage`, garbage(10));
    expectAll(found());
  });

  it('is finished when the old database was already moved away', () => {
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
