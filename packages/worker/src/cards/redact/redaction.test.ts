import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { outboxKey } from '../../outbox/keys';
import { NO_THREAD, type QueuedView } from '../../outbox/model';
import { openStore, type Store } from '../../store/open';
import { wordsIn } from '../../words/words';
import { createRedaction, type Redaction } from './redaction';
import { MASK } from './secrets';
import { createRedactedStore } from './store';

const KEY = `ghp_${'a1B2c3D4e5F6'.repeat(3)}`;

let dir: string;
let store: Store;
let logged: string[];
let redaction: Redaction;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ccbot-redaction-'));
  store = openStore(join(dir, 'ccbot.db'), () => 0);
  logged = [];
  const log = (_: string, text: string): void => void logged.push(text);
  redaction = createRedaction({
    known: [],
    store: createRedactedStore(store, log),
    hash: () => 'id',
    wordsOf: () => wordsIn('en'),
    now: () => 0,
    log,
  });
});
afterEach(() => {
  store.close();
  rmSync(dir, { recursive: true, force: true });
});

/** With its fields in another order than the schema's. */
const answer: QueuedView = {
  key: outboxKey('turn', 's', 1),
  session: 's',
  chatId: 7,
  thread: NO_THREAD,
  class: 'answer',
  view: {
    parts: [
      { text: `the key ${KEY}`, entities: [{ offset: 0, length: 3, type: 'bold' }] },
      {
        file: { as: 'document', name: 'a.sh', content: { bytes: Buffer.from(`TOKEN=${KEY}`) } },
        entities: [],
        text: '',
      },
    ],
  },
};
const textOf = (queued: QueuedView | null): string | undefined => queued?.view.parts[0]?.text;
const fileOf = (queued: QueuedView | null): string => {
  const content = queued?.view.parts[1]?.file?.content;
  return content !== undefined && 'bytes' in content ? new TextDecoder().decode(content.bytes) : '';
};

it('shows a part when the user asks, also when the view is queued again, and masks it when asked', () => {
  expect(textOf(redaction.redact(answer))).toBe(`the key ghp_${MASK}`);
  const shown = redaction.reveal(7, 'id', 0, true);
  expect(textOf(shown)).toBe(`the key ${KEY}`);
  expect(textOf(redaction.redact(shown as QueuedView))).toBe(`the key ${KEY}`);
  expect(fileOf(redaction.redact(shown as QueuedView))).toBe(`TOKEN=ghp_${MASK}`);
  expect(textOf(redaction.redact(answer))).toBe(`the key ${KEY}`);
  const masked = redaction.reveal(7, 'id', 0, false);
  expect(textOf(redaction.redact(masked as QueuedView))).toBe(`the key ghp_${MASK}`);
});

it('shows nothing in another chat, nor what was never masked', () => {
  redaction.redact(answer);
  expect(redaction.reveal(8, 'id', 0, true)).toBeNull();
  expect(redaction.reveal(7, 'other', 0, true)).toBeNull();
});

it('shows nothing of a row that cannot be read, and logs it', () => {
  redaction.redact(answer);
  store.db.prepare("UPDATE veiled SET body = '{}'").run();
  expect(redaction.reveal(7, 'id', 0, true)).toBeNull();
  expect(logged).toEqual(['masked message not shown: row unreadable']);
});

it('masks every part of a message whose shown parts cannot be read, and logs it', () => {
  redaction.redact(answer);
  redaction.reveal(7, 'id', 0, true);
  store.db.prepare(`UPDATE veiled SET "open" = '{}'`).run();
  expect(textOf(redaction.redact(answer))).toBe(`the key ghp_${MASK}`);
  expect(logged).toEqual(['shown parts of masked message ignored: row unreadable']);
});

it('masks a request by its own rules, and not at all when the user wants to see it', () => {
  const url = 'https://u:$(id)@h and https://u:hunter2hunter2@h';
  const request: QueuedView = { ...answer, class: 'ask', view: { parts: [{ text: url, entities: [] }] } };
  expect(textOf(redaction.redact({ ...request, masks: 'request' }))).toBe(
    `https://u:$(id)@h and https://u:${MASK}@h`,
  );
  expect(textOf(redaction.redact({ ...request, masks: 'none' }))).toBe(url);
  expect(redaction.masksInRequest('https://u:$(id)@h')).toBe(false);
  expect(redaction.masksInRequest(url)).toBe(true);
});

it('never brings back a message that a request replaced', () => {
  redaction.redact(answer);
  redaction.redact({ ...answer, masks: 'request' });
  expect(redaction.reveal(7, 'id', 0, true)).toBeNull();
});
