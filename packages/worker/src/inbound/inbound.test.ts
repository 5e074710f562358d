import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { openStore, type Store } from '../store/open';
import { createUpdates, type Updates } from '../store/updates';
import { admit } from './admit';
import { createJournal, TRIES } from './journal';
import { laneOf, parseUpdate } from './parse';

const from = { id: 7, is_bot: false, first_name: 'P', language_code: 'en' };
const message = (chat: object, more: object = {}) => ({
  update_id: 5,
  message: { message_id: 3, date: 1_700_000_000, from, chat, text: 'hi', ...more },
});
const home = { id: 7, type: 'private' };

describe('an update', () => {
  it('is a text with all that is decided on', () => {
    expect(parseUpdate(message(home, { reply_to_message: { message_id: 2 } }), 9)).toEqual({
      kind: 'text',
      updateId: 5,
      at: 1_700_000_000_000,
      chatId: 7,
      userId: 7,
      isPrivate: true,
      messageId: 3,
      text: 'hi',
      language: 'en',
      replyTo: 2,
    });
  });

  it('is a tap also when its message is too old to be told', () => {
    const tap = { update_id: 6, callback_query: { id: 'q', from, data: 'go:x', chat_instance: '1' } };
    expect(parseUpdate(tap, 9)).toMatchObject({
      kind: 'tap',
      queryId: 'q',
      data: 'go:x',
      chatId: 7,
      isPrivate: true,
    });
  });

  it('is never more than `other`, whatever garbage it is', () => {
    fc.assert(
      fc.property(fc.anything(), (raw) => {
        expect(parseUpdate(raw, 0).kind).toBe('other');
        expect(typeof laneOf(raw)).toBe('string');
      }),
    );
  });

  it('survives any field of a message replaced by garbage', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('message_id', 'date', 'from', 'chat', 'text', 'reply_to_message'),
        fc.anything(),
        (key, value) => {
          expect(() => parseUpdate(message(home, { [key]: value }), 0)).not.toThrow();
        },
      ),
    );
  });
});

describe('who may speak', () => {
  const allowed = new Set([7]);
  const verdict = (raw: unknown) => admit(parseUpdate(raw, 0), allowed);

  it('is an allowed user in private', () => {
    expect(verdict(message(home))).toMatchObject({ admitted: true });
  });

  it.each([
    ['a stranger', message({ id: 8, type: 'private' }, { from: { ...from, id: 8 } }), 'stranger'],
    ['a group', message({ id: -1, type: 'group' }), 'not-private'],
    ['somebody else’s private chat', message({ id: 8, type: 'private' }), 'not-private'],
    [
      'a channel',
      { update_id: 1, channel_post: { message_id: 1, chat: { id: -2, type: 'channel' }, text: 'x' } },
      'stranger',
    ],
    [
      'an edit',
      { update_id: 1, edited_message: { message_id: 1, from, chat: home, text: 'x' } },
      'not-understood',
    ],
    ['an inline query', { update_id: 1, inline_query: { id: 'x', from, query: 'x' } }, 'not-private'],
    ['nobody', {}, 'stranger'],
  ])('is not %s', (_, raw, why) => {
    expect(verdict(raw)).toEqual({ admitted: false, why });
  });
});

describe('the inbox at work', () => {
  let dir: string;
  let store: Store;
  let updates: Updates;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'ccbot-inbox-'));
    store = openStore(join(dir, 'ccbot.db'), Date.now);
    updates = createUpdates(store);
  });
  afterEach(() => {
    store.close();
    rmSync(dir, { recursive: true, force: true });
  });
  const add = (id: number, lane: string): void => void updates.add([{ id, lane, body: `{"id":${id}}` }], id);
  const journal = (
    handle: (raw: { id: number }) => Promise<void>,
    onFailed: (id: number) => void = () => undefined,
  ) =>
    createJournal({
      updates,
      instance: 'me',
      handle: (raw) => handle(raw as { id: number }),
      onFailed: (update) => onFailed(update.id),
      now: Date.now,
      log: () => undefined,
    });

  it('handles a chat in order and does not let it wait for another', async () => {
    const order: number[] = [];
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    for (const [id, lane] of [
      [1, 'a'],
      [2, 'a'],
      [3, 'b'],
    ] as const)
      add(id, lane);
    const inbox = journal(async ({ id }) => {
      if (id === 1) await held;
      order.push(id);
      if (id === 3) release();
    });
    await inbox.drained();
    expect(order).toEqual([3, 1, 2]);
    expect(updates.depth()).toBe(0);
  });

  it('sets a poisoned update aside after three tries, tells of it, and holds nothing up', async () => {
    const tried: number[] = [];
    const aside: number[] = [];
    add(1, 'a');
    add(2, 'a');
    const inbox = journal(
      ({ id }) => {
        tried.push(id);
        return id === 1 ? Promise.reject(new Error('poison')) : Promise.resolve();
      },
      (id) => aside.push(id),
    );
    await inbox.drained();
    expect(tried).toEqual([...Array<number>(TRIES).fill(1), 2]);
    expect(aside).toEqual([1]);
    const row = store.db.prepare('SELECT state, error FROM updates WHERE id = 1').get();
    expect(row).toEqual({ state: 'failed', error: 'poison' });
  });

  it('takes nothing new once it is stopped', async () => {
    const handled: number[] = [];
    add(1, 'a');
    const inbox = journal(({ id }) => Promise.resolve(void handled.push(id)));
    await inbox.stop();
    inbox.wake();
    expect(handled).toEqual([]);
    expect(updates.depth()).toBe(1);
  });
});
