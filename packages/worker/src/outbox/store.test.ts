import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NO_THREAD, type QueuedView } from './model';
import { openStore, type Store } from '../store/open';
import { createViewQueue, type ViewQueue } from './store';
import { outboxKey } from './keys';

const CHAT = 7;
const DAY = 86_400_000;

let dir: string;
let store: Store;
let views: ViewQueue;
let logged: string[];
const log = (_: string, text: string): void => void logged.push(text);
beforeEach(() => {
  logged = [];
  dir = mkdtempSync(join(tmpdir(), 'ccbot-outbox-'));
  store = openStore(join(dir, 'ccbot.db'), () => 0);
  views = createViewQueue(store, log);
});
afterEach(() => {
  store.close();
  rmSync(dir, { recursive: true, force: true });
});

describe('the pause of a chat', () => {
  it('ends after its time, and does not exist before one is set', () => {
    expect(views.pauseLeft(CHAT, 1_000)).toBe(0);
    views.pause(CHAT, 1_000, 500, false);
    expect(views.pauseLeft(CHAT, 1_200)).toBe(300);
    expect(views.pauseLeft(CHAT, 1_500)).toBe(0);
    expect(views.pauseLeft(CHAT, 1_000 + DAY)).toBe(0);
  });

  it('starts again when the clock was set back, and lasts no longer than before', () => {
    views.pause(CHAT, 3 * DAY, 500, false);
    expect(views.pauseLeft(CHAT, DAY)).toBe(500);
    expect(views.pauseLeft(CHAT, DAY + 200)).toBe(300);
    expect(views.pauseLeft(CHAT, DAY + 500)).toBe(0);
  });

  it('ends with the block that caused it, and a retry_after does not', () => {
    views.pause(CHAT, 1_000, 500, false);
    expect(views.unblock(CHAT)).toBe(false);
    views.pause(CHAT, 1_000, 500, true);
    expect(views.unblock(CHAT)).toBe(true);
    expect(views.pauseLeft(CHAT, 1_000)).toBe(0);
  });
});

describe('a minor view', () => {
  const card = (text: string, minor?: true): QueuedView => ({
    ...{
      chatId: CHAT,
      thread: NO_THREAD,
      key: outboxKey('card'),
      class: 'card',
      view: { parts: [{ text, entities: [] }] },
    },
    ...(minor === undefined ? {} : { minor }),
  });
  const next = (): [string | undefined, boolean] => {
    const queued = views.next(CHAT)?.queued;
    return [queued?.view.parts[0]?.text, queued?.minor === true];
  };

  it('comes after all others, however long it has waited', () => {
    views.put(card('the time', true));
    expect(next()).toEqual(['the time', true]);
    views.put({ ...card('an answer'), key: outboxKey('answer'), class: 'answer' });
    expect(next()).toEqual(['an answer', false]);
  });

  it('is not minor in place of one that is not, which also takes its place', () => {
    views.put(card('the time', true));
    views.put(card('a line'));
    expect(next()).toEqual(['a line', false]);
    views.put(card('a line, later', true));
    expect(next()).toEqual(['a line, later', false]);
    const row = views.next(CHAT);
    if (row !== undefined) views.settle(row);
    views.put(card('the time', true));
    expect(next()).toEqual(['the time', true]);
  });
});

describe('a row that cannot be read', () => {
  const notice = (name: string): QueuedView => ({
    chatId: CHAT,
    thread: NO_THREAD,
    key: outboxKey(name),
    class: 'notice',
    view: { parts: [{ text: name, entities: [] }] },
  });
  const spoil = (key: string): void =>
    void store.db.prepare('UPDATE wishes SET body = \'{"v":1}\' WHERE key = ?').run(key);
  const texts = (): (string | undefined)[] => views.all().map(({ view }) => view.parts[0]?.text);

  it('is set aside and logged, and the next one follows', () => {
    views.put(notice('one'));
    views.put(notice('two'));
    spoil('one');
    expect(views.next(CHAT)?.queued.key).toBe('two');
    expect(logged).toEqual(['queued view set aside: row unreadable']);
    expect([views.depth(), texts()]).toEqual([1, ['two']]);
    expect(logged).toHaveLength(1);
  });

  it('leaves nothing to do in a chat where it is the only one', () => {
    views.put(notice('one'));
    spoil('one');
    expect(views.next(CHAT)).toBeUndefined();
    expect([views.chats(), views.depth(), views.waits(CHAT, outboxKey('one'))]).toEqual([[], 0, false]);
  });

  it('gives its place to a newer view under its key', () => {
    views.put(notice('one'));
    spoil('one');
    expect(views.put(notice('one'))).toBeUndefined();
    expect(views.next(CHAT)?.queued).toEqual(notice('one'));
  });

  it('is tried again at the next start, where another version may have written it', () => {
    views.put(notice('one'));
    spoil('one');
    views.next(CHAT);
    store.db.prepare('UPDATE wishes SET body = ?').run(JSON.stringify(notice('one')));
    expect(views.next(CHAT)).toBeUndefined();
    views = createViewQueue(store, log);
    expect(views.next(CHAT)?.queued).toEqual(notice('one'));
  });

  it('takes only the footer from a message whose buttons cannot be read', () => {
    const key = outboxKey('one');
    const extras = { own: '[]', footer: '[[]]', session: null };
    views.post(CHAT, key, { part: 0, message: 1, hash: 'h', file: '', thread: NO_THREAD }, 0, extras);
    views.post(CHAT, key, { part: 1, message: 2, hash: 'h', file: '', thread: NO_THREAD }, 0, {
      ...extras,
      own: '{}',
    });
    expect(views.newest(CHAT)?.message).toBe(1);
    expect(views.footed(CHAT).map(({ message }) => message)).toEqual([1]);
    expect(views.posted(CHAT, key)).toHaveLength(2);
    expect(logged).toEqual(['posted buttons set aside: row unreadable']);
  });
});

it('knows its newest messages, without those whose id was never heard of', () => {
  const post = (message: number | null, part: number, at: number): void =>
    views.post(CHAT, outboxKey(`x:${part}`), { part, message, hash: '', file: '', thread: NO_THREAD }, at);
  post(10, 1, 1_000);
  post(11, 2, 3_000);
  post(null, 3, 4_000);
  post(12, 4, 2_000);
  expect(views.newestMessages(2)).toEqual([
    { chatId: CHAT, message: 11, at: 3_000 },
    { chatId: CHAT, message: 12, at: 2_000 },
  ]);
  expect(views.newestMessages(10).map(({ message }) => message)).toEqual([11, 12, 10]);
});
