import type { Same } from '../store/fixtures/same';
import { outboxKey } from './keys';
import { threadOf, NO_THREAD, type QueuedView } from './model';
import { parseButtonRows, parseQueuedView, queuedViewRow, type StoredView } from './rows';

/** A view as it is stored: bytes are stored as their text. */
type Stored<T> = T extends Uint8Array
  ? { text: string }
  : T extends string | number | boolean | undefined
    ? T
    : { [K in keyof T]: Stored<T[K]> };

/** Compiles only while the schema and the model have the same fields, of the same types. */
const same: Same<StoredView, Stored<QueuedView>> = true;

const queued: QueuedView = {
  chatId: 7,
  thread: threadOf(5),
  moves: true,
  key: outboxKey('turn', 's', 1),
  view: {
    parts: [
      {
        text: 'see this',
        entities: [{ type: 'text_link', offset: 0, length: 3, url: 'https://a.b' }],
        buttons: [[{ text: 'Stop', data: 'stop:s' }]],
      },
      {
        text: '',
        entities: [],
        file: { name: 'a.png', as: 'photo', content: { kept: { id: 'i', sha: 's', size: 1 } } },
      },
      { text: '', entities: [], file: { name: 'a', as: 'document', content: { path: '/a' } } },
    ],
    album: false,
    rich: [{ text: '', entities: [], markdown: '**a**' }],
  },
  class: 'answer',
  minor: true,
  session: 's',
  silent: true,
  replyTo: 3,
};

it('has a schema of the same type as the model', () => {
  expect(same).toBe(true);
});

it('reads what it wrote, and what earlier versions wrote', () => {
  expect(parseQueuedView(queuedViewRow(queued))).toEqual({ ok: true, value: queued });
  const { thread: _thread, moves: _moves, ...first } = queued;
  expect(parseQueuedView(JSON.stringify(first))).toEqual({
    ok: true,
    value: { ...first, thread: NO_THREAD },
  });
});

it('stores a file made in memory as its text', () => {
  const content = { bytes: Buffer.from('hällo') };
  const made: QueuedView = {
    ...queued,
    view: { parts: [{ text: '', entities: [], file: { name: 'a.md', as: 'document', content } }] },
  };
  const read = parseQueuedView(queuedViewRow(made));
  const file = read.ok ? read.value.view.parts[0]?.file : undefined;
  expect(file !== undefined && 'bytes' in file.content && Buffer.from(file.content.bytes).toString()).toBe(
    'hällo',
  );
});

it('keeps the order of all fields, on which comparisons depend', () => {
  const entity = '{"url":"https://a.b","length":3,"offset":0,"type":"text_link"}';
  const file = '{"content":{"bytes":{"text":"a"}},"as":"document","name":"a"}';
  const parts = `[{"file":${file},"entities":[${entity}],"text":"see"}]`;
  const place = '"chatId":7,"thread":3';
  const body = `{"v":2,"key":"k","session":"s","class":"notice","view":{"rich":[],"parts":${parts}},${place}}`;
  const read = parseQueuedView(body);
  expect(read.ok && queuedViewRow(read.value)).toBe(body);
});

it.each([
  ['no JSON', '{', /SyntaxError/],
  ['a view without parts', JSON.stringify({ ...queued, view: {} }), /^invalid: view.parts$/],
  ['a class that does not exist', JSON.stringify({ ...queued, class: 'shout' }), /^invalid: class$/],
  [
    'an entity without a place',
    JSON.stringify({ ...queued, view: { parts: [{ text: 'a', entities: [{ type: 'bold' }] }] } }),
    /^invalid: view.parts.0.entities$/,
  ],
  [
    'a view that says not where it stands',
    JSON.stringify({ ...queued, v: 2, thread: undefined }),
    /^invalid: thread$/,
  ],
  ['a row of a later version', JSON.stringify({ ...queued, v: 3 }), /written by a later ccbot/],
])('refuses %s and says why', (_, body, reason) => {
  expect(parseQueuedView(body)).toEqual({ ok: false, reason: expect.stringMatching(reason) as string });
});

it('reads rows of buttons and refuses anything else', () => {
  expect(parseButtonRows('[[{"text":"a","data":"b"}]]')).toEqual({
    ok: true,
    value: [[{ text: 'a', data: 'b' }]],
  });
  expect(parseButtonRows('[[{"text":"a"}]]')).toMatchObject({ ok: false });
});
