import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from './database';
import { openSqlite } from './sqlite';
import { createAttachmentStore } from '../attachments/store';
import { createRedactedStore } from '../cards/redact/store';
import { createPreferences } from '../chat/preferences';
import { createLimitStore } from '../features/limits/store';
import { readPlace } from '../features/new-session/store';
import type { AgentRequest } from '../features/permissions/model';
import { createRequestStore } from '../features/permissions/store';
import { createOfferStore } from '../features/send-file/store';
import { createUpdates } from '../inbox/store';
import { storedKey } from '../outbox/keys';
import { parseQueuedView } from '../outbox/rows';
import { createViewQueue } from '../outbox/store';
import { createAuthorStore } from '../prompts/author-store';
import { createPrompts } from '../prompts/store';
import { parseSession } from '../sessions/rows';
import { createSessionStore, createTailMarks } from '../sessions/store';
import { MIGRATIONS, migrate } from './migrations';
import { openStore, type Store } from './open';
import { pendingRebuildNotice } from './rebuild-notice';
import { createSettings } from './settings';

/** When the rows of the fixture were written. */
const NOW = Date.parse('2026-11-28T09:00:00Z');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const ADA = 700_001;
const BOB = 700_002;

interface Row {
  id: string & number;
  body: string;
}

let dir: string;
let store: Store;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ccbot-today-'));
  const path = join(dir, 'ccbot.db');
  const db = openSqlite(path);
  db.exec(readFileSync(join(__dirname, 'fixtures/ccbot-2026-11.sql'), 'utf8'));
  db.close();
  store = openStore(path, () => NOW);
});
afterEach(() => {
  store.close();
  rmSync(dir, { recursive: true, force: true });
});

/** Every row of the fixture can be read, so nothing may be logged. */
const log = (_level: string, text: string, meta?: unknown): never => {
  throw new Error(`${text}: ${JSON.stringify(meta)}`);
};

const rowsOf = (table: string): Row[] =>
  store.db.prepare<[], Row>(`SELECT * FROM ${table} ORDER BY rowid`).all();

/** The value as the ccbot that wrote it read it: it cast what `JSON.parse` returned. */
const cast = (body: string): unknown => JSON.parse(body);

const schemaOf = (db: Database): unknown[] =>
  db.prepare("SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY name").all();

it('is migrated to the newest schema, with a row in every table', () => {
  expect(store.rebuilt).toBeNull();
  expect(store.db.pragma('user_version')).toBe(MIGRATIONS.length);
  const fresh = openSqlite(':memory:');
  migrate(fresh);
  expect(schemaOf(store.db)).toEqual(schemaOf(fresh));
  const tables = fresh
    .prepare<[], { name: string }>(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
    )
    .all()
    .map(({ name }) => name);
  fresh.close();
  // Tables that are newer than the database.
  expect(tables.filter((table) => rowsOf(table).length === 0)).toEqual(['lost_threads', 'unshared_messages']);
});

describe('its sessions', () => {
  it('are all read as they were written', () => {
    const rows = createSessionStore(store).all();
    expect(rows).toHaveLength(16);
    for (const { body } of rows) expect(parseSession(body)).toEqual({ ok: true, session: cast(body) });
  });

  it('cover every phase, and every kind of session', () => {
    const sessions = createSessionStore(store)
      .all()
      .flatMap(({ body }) => {
        const parsed = parseSession(body);
        return parsed.ok ? [parsed.session] : [];
      });
    const byId = new Map(sessions.map((session) => [session.id, session]));
    const valuesOf = (of: (session: (typeof sessions)[number]) => string | undefined): string[] =>
      [...new Set(sessions.flatMap((session) => of(session) ?? []))].sort();
    expect(valuesOf(({ phase }) => phase)).toEqual([
      'dialog',
      'ended',
      'lost',
      'opening',
      'ready',
      'starting',
    ]);
    expect(valuesOf(({ card }) => card.phase)).toEqual(['ended', 'idle', 'lost', 'starting', 'working']);
    expect(valuesOf(({ ended }) => ended?.why)).toEqual(['closed', 'died', 'done', 'idle', 'killed', 'lost']);
    expect(byId.get('s-work')).toMatchObject({
      unnamed: true,
      binding: { sessionId: '00000001-1111-4222-8333-444444444444' },
      allowing: { until: NOW + 10 * MINUTE },
      screenIn: [ADA, BOB],
      card: {
        prompt: 'Make the parser faster',
        figures: { contextPercent: 41.5, model: 'Opus 5.5' },
        rows: [{ state: 'ok' }, { state: 'failed' }, { state: 'running' }],
        agents: [
          { id: 'sub1', doing: { tool: 'Grep' } },
          { id: 'sub2', state: 'ok' },
        ],
        todos: [{ state: 'done' }, { state: 'doing' }, { state: 'open' }],
        writing: 'The scanner now',
      },
    });
    expect(byId.get('s-idle')).toMatchObject({ allowing: { until: 'done' }, card: { allowing: 'done' } });
    expect(byId.get('s-limit')).toMatchObject({
      limited: { window: '5h', resetsAt: NOW + HOUR, resume: true },
    });
    expect(byId.get('s-over')).toMatchObject({ limited: { over: true } });
    expect(byId.get('s-shell')).toMatchObject({ surface: 'screen', line: 'htop -d 10' });
    expect(byId.get('s-adopt')).toMatchObject({ adopted: true, wroteLast: BOB });
    expect(byId.get('s-open')?.binding).toBeUndefined();
  });

  it('are followed from where their transcripts were read to', () => {
    const marks = createTailMarks(store);
    const path = '/home/ada/.claude/projects/p1/00000001-1111-4222-8333-444444444444.jsonl';
    expect(marks.get('s-work')).toEqual({ path, offset: 4_096 });
    const authors = createAuthorStore(store, () => NOW);
    expect(authors.get(path, NOW - 2 * HOUR + MINUTE)).toBe(ADA);
  });
});

describe('its requests', () => {
  it('are all read, with their whole input while they wait', () => {
    const requests = createRequestStore(store, log);
    const rows = rowsOf('asks').filter(({ body }) => body.includes('"copies"'));
    expect(rows).toHaveLength(10);
    for (const { id, body } of rows) {
      const { asked, copies, ...rest } = cast(body) as unknown as AgentRequest;
      expect(requests.get(id)).toMatchObject({ ...rest, nonce: '' });
      expect(requests.get(id)?.asked).toMatchObject({ tool: asked.tool, title: asked.title, raw: asked.raw });
      expect(requests.get(id)?.copies.map(({ chatId }) => chatId)).toEqual(
        copies.map(({ chatId }) => chatId),
      );
    }
    expect(requests.get(1)?.asked.what).toMatchObject({
      subject: { type: 'tool', input: requests.get(1)?.asked.raw.input },
    });
  });

  it('include one of the time when a request was in one chat only', () => {
    expect(createRequestStore(store, log).byRequest('10000000-0000-4000-8000-000000000000')).toMatchObject({
      id: 11,
      copies: [
        {
          chatId: ADA,
          shown: 1,
          writing: { what: 'reason', at: NOW - 90 * MINUTE },
          lastUpdate: 41,
        },
      ],
    });
  });

  it('wait, are decided, or are closed', () => {
    const open = createRequestStore(store, log).open();
    expect(open.map(({ id, phase, asked }) => [id, phase, asked.what.kind])).toEqual([
      [1, 'open', 'permission'],
      [2, 'open', 'permission'],
      [3, 'open', 'questions'],
      [4, 'open', 'plan'],
      [5, 'decided', 'permission'],
      [11, 'open', 'permission'],
    ]);
    expect(open[0]?.copies.map(({ chatId }) => chatId)).toEqual([ADA, BOB]);
    expect(open[0]?.asked.raw.suggestions).toHaveLength(3);
    expect(open[2]?.answers).toEqual({ index: 1, given: [{ chosen: [1] }, { chosen: [0], text: 'XXL' }] });
    expect(open[4]).toMatchObject({ decision: { do: 'deny' }, by: BOB });
  });

  it('never get the number of an earlier one', () => {
    const requests = createRequestStore(store, log);
    const last = requests.get(11);
    if (last === undefined) throw new Error('no request 11');
    store.db.exec('DELETE FROM asks');
    expect(requests.add({ ...last, request: 'new' }).id).toBe(12);
  });
});

describe('its outbox', () => {
  it('has every queued view as it was written, in the same order', () => {
    const queue = createViewQueue(store, log);
    // Written before there were threads.
    expect(queue.all()).toEqual(
      rowsOf('wishes').map(({ body }) => ({ ...(cast(body) as object), thread: 0 })),
    );
    expect(queue.depth()).toBe(8);
    expect(queue.next(ADA)).toMatchObject({ queued: { key: 'ask:1', class: 'ask' }, tries: 2 });
    expect(queue.next(BOB)).toMatchObject({ queued: { key: 'file:album1', view: { album: true } } });
  });

  it('knows the messages that are posted', () => {
    const queue = createViewQueue(store, log);
    const parts = queue.posted(ADA, storedKey('turn:s-idle:1'));
    expect(parts.map(({ part, message }) => [part, message])).toEqual([
      [0, 601],
      [1, 602],
    ]);
    expect(queue.posted(ADA, storedKey('file:k9'))).toMatchObject([{ message: 600, file: 'photo:k9' }]);
    expect(queue.posted(BOB, storedKey('card:3'))).toMatchObject([{ message: null }]);
    expect(queue.messageOf(ADA, 602)).toEqual({ key: 'turn:s-idle:1', session: 's-idle' });
    expect(queue.footed(ADA)).toMatchObject([
      {
        message: 602,
        own: [[{ text: 'More', data: 'more' }]],
        footer: expect.stringContaining('engine') as string,
      },
    ]);
  });

  it('leaves the chats alone that it must', () => {
    const queue = createViewQueue(store, log);
    expect(queue.pauseLeft(ADA, NOW)).toBe(30_000);
    expect(queue.unblock(ADA)).toBe(false);
    expect(queue.unblock(BOB)).toBe(true);
  });

  it('has the originals of masked messages', () => {
    const originals = createRedactedStore(store, log);
    expect(originals.get('veil1')).toMatchObject({ chat: ADA, open: [0] });
    expect(originals.get('veil2')).toMatchObject({ chat: BOB, open: [] });
    for (const { body } of rowsOf('veiled'))
      expect(parseQueuedView(body)).toEqual({ ok: true, value: { ...(cast(body) as object), thread: 0 } });
  });
});

describe('its inbox', () => {
  it('has the updates that are not handled, and those that failed for good', () => {
    const updates = createUpdates(store);
    expect(updates.nextOffset(NOW)).toBe(2_006);
    expect(updates.depth()).toBe(3);
    expect(updates.reclaim('this run')).toBe(1);
    expect(updates.open(String(ADA), 10).map((update) => updates.inboundOf(update))).toMatchObject([
      { updateId: 2_002, chatId: ADA, text: 'claimed' },
    ]);
    expect(updates.open(String(BOB), 10)).toMatchObject([{ id: 2_003 }, { id: 2_004, failures: 1 }]);
    expect(updates.failedUpdates()).toMatchObject([{ id: 2_005, error: 'TypeError: x is undefined' }]);
  });

  it('has prompts in every state', () => {
    const prompts = createPrompts(store);
    const states = ['waiting', 'typing', 'typed', 'confirmed', 'dropped'];
    expect(states.map((_, i) => prompts.get(1_001 + i)?.state)).toEqual(states);
    // Nobody knows who wrote them.
    expect(states.map((_, i) => prompts.get(1_001 + i)?.own)).toEqual(states.map(() => undefined));
    expect(prompts.get(1_001)).toMatchObject({
      session: 's-work',
      chatId: ADA,
      messageId: 301,
      text: 'prompt waiting\nwith a second line',
    });
  });

  it('has attachments in every state, as they were written', () => {
    const attachments = createAttachmentStore(store, log);
    const rows = rowsOf('parcels');
    for (const { id, body } of rows) expect(attachments.get(id)).toMatchObject(cast(body) as object);
    expect(rows.map(({ id }) => attachments.get(id)?.state)).toEqual([
      'preparing',
      'ready',
      'handed',
      'void',
    ]);
    expect(attachments.next('s-work')?.id).toBe(1_101);
    expect(attachments.ofMessage(ADA, 103)?.id).toBe(1_102);
    expect(attachments.expired(NOW)).toEqual([
      '/home/ada/.ccbot/inbox/voice.ogg',
      '/home/ada/.ccbot/inbox/photo.jpg',
    ]);
  });
});

describe('its other values', () => {
  it('are the files that were offered', () => {
    const offers = createOfferStore(store);
    for (const { id, body } of rowsOf('offers')) expect(offers.get(id)).toEqual(cast(body));
    expect(offers.get('offer1')).toMatchObject({ name: '.env', as: 'document' });
  });

  it('are what users set in their chats', () => {
    const settings = createSettings(store);
    const preferences = createPreferences(settings, { 'card-lag': '1', 'archive-after': '12' });
    expect(settings.get(`chat:${ADA}`, 'active')).toBe('s-work');
    expect(preferences.get(ADA, 'card-size')).toBe('large');
    expect(preferences.get(BOB, 'language')).toBe('ru');
    expect(preferences.read(BOB, 'card-size')).toMatchObject({ value: 'medium', invalid: 'huge' });
    expect(preferences.get(BOB, 'archive-after')).toBe('24');
    expect(readPlace(settings.get(`chat:${ADA}`, 'browse'))).toMatchObject({
      path: '/home/ada',
      names: ['docs', 'engine'],
      writing: 'folder',
    });
  });

  it('are the limits of the agents', () => {
    expect(createLimitStore(createSettings(store)).all()).toEqual([
      {
        agent: 'claude',
        limit: { window: '5h', usedPercent: 62, resetsAt: NOW + HOUR, at: NOW - HOUR, announced: 50 },
      },
      { agent: 'claude', limit: { window: 'week', usedPercent: 12.5, at: NOW - HOUR, announced: 0 } },
    ]);
  });

  it('are the notice of a rebuild', () => {
    const settings = createSettings(store);
    expect(pendingRebuildNotice(settings)).toEqual(cast(settings.get('store', 'rebuilt') ?? ''));
  });
});
