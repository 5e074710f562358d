import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore, type Store } from '../store/open';
import type { Attachment, AttachmentStore } from './model';
import { createAttachmentStore } from './store';

let dir: string;
let store: Store;
let attachments: AttachmentStore;
let logged: unknown[];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ccbot-attachments-'));
  store = openStore(join(dir, 'ccbot.db'), () => 0);
  logged = [];
  attachments = createAttachmentStore(store, (_level, text, meta) => void logged.push([text, meta]));
});
afterEach(() => {
  store.close();
  rmSync(dir, { recursive: true, force: true });
});

const attachment = (id: number, more: Partial<Attachment> = {}): Attachment => ({
  id,
  chatId: 7,
  session: 's1',
  messageId: 50 + id,
  parts: [{ messageId: 50 + id, at: 1, text: `message ${id}` }],
  state: 'ready',
  at: 1,
  ...more,
});

const full: Attachment['parts'] = [
  {
    messageId: 51,
    at: 1,
    text: 'all of it',
    quote: { whose: 'other', name: 'Ann', text: 'quoted', picked: true },
    forward: { from: 'Bob', at: 2 },
    file: { kind: 'voice', id: 'f', size: 3, name: 'a.oga', mime: 'audio/ogg', seconds: 4 },
    fate: { planned: '/a', path: '/a', transcript: 'hello' },
  },
  {
    messageId: 52,
    at: 1,
    text: '',
    thing: { kind: 'location', latitude: 1.5, longitude: 2.5, accuracy: 3, live: false },
  },
  {
    messageId: 53,
    at: 1,
    text: '',
    thing: { kind: 'venue', latitude: 1.5, longitude: 2.5, title: 'T', address: 'A' },
  },
  { messageId: 54, at: 1, text: '', thing: { kind: 'contact', name: 'Ann', phone: '1' } },
  { messageId: 55, at: 1, text: '', thing: { kind: 'sticker', emoji: '👍', set: 'S' } },
  { messageId: 56, at: 1, text: '', file: { kind: 'photo', id: 'p' }, fate: { failed: 'too big' } },
];

it('reads back all that an attachment can hold', () => {
  const stored = attachment(1, { parts: full, language: 'de' });
  expect(attachments.add(stored)).toBe(true);
  expect(attachments.get(1)).toEqual(stored);
  expect(attachments.ofMessage(7, 53)).toEqual(stored);
});

it('reads a row that was written before rows had versions', () => {
  const body = '{"messageId":51,"parts":[{"messageId":51,"at":1,"text":"hi"}]}';
  insert(1, 'preparing', body);
  expect(attachments.preparing()).toEqual([
    {
      id: 1,
      chatId: 7,
      session: 's1',
      messageId: 51,
      parts: [{ messageId: 51, at: 1, text: 'hi' }],
      state: 'preparing',
      at: 1,
    },
  ]);
  attachments.rewrite(attachment(1, { parts: [{ messageId: 51, at: 1, text: 'hi' }], messageId: 51 }));
  expect(store.db.prepare('SELECT body FROM parcels').value()).toBe(body);
});

it.each([
  ['is cut off', '{"messageId":'],
  ['has another shape', '{"messageId":1,"parts":[{"text":5}]}'],
  ['was written by a later ccbot', '{"v":9,"messageId":1,"parts":[]}'],
])('skips a row that %s, logs it once, leaves it where it is, and blocks nothing', (_what, body) => {
  insert(1, 'preparing', body);
  attachments.add(attachment(2, { state: 'preparing' }));
  expect(attachments.get(1)).toBeUndefined();
  expect(attachments.next('s1')?.id).toBe(2);
  expect(attachments.preparing().map(({ id }) => id)).toEqual([2]);
  expect(logged).toEqual([
    ['stored attachment unreadable', { attachment: 1, session: 's1', reason: expect.any(String) as unknown }],
  ]);
  expect(store.db.prepare('SELECT body FROM parcels WHERE id = 1').value()).toBe(body);
});

function insert(id: number, state: string, body: string): void {
  store.db
    .prepare('INSERT INTO parcels (id, chat, session, state, body, at) VALUES (?, 7, ?, ?, ?, 1)')
    .run(id, 's1', state, body);
}
