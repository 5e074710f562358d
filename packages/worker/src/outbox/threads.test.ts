import fc from 'fast-check';
import { wordsIn } from '../words/words';
import type { Part, View } from '../cards/view';
import { CHAT, openRig, want, type Rig } from './fixtures/rig';
import { outboxKey } from './keys';
import type { ChatAction } from './port';
import { NO_THREAD, threadOf, type NewView, type Thread } from './model';

const LOST = wordsIn('en').outbox.threadLost;

let rig: Rig;
let session: Thread;
let chat: Thread;
/** How far the clock of the outbox is ahead, ms: a test need not wait until Telegram takes more messages. */
let ahead: number;
beforeEach(async () => {
  session = NO_THREAD;
  chat = NO_THREAD;
  ahead = 0;
  rig = await openRig({
    now: () => Date.now() + ahead,
    policy: {
      threads: { ofChat: () => chat, ofSession: () => session },
      rich: { usable: () => true, refused: () => undefined },
    },
  });
});
afterEach(() => rig.close());

const begin = (name: string): Thread => threadOf(rig.telegram.owner.beginTopic(name));
const inThread = (thread: Thread, key: string, ...texts: string[]): NewView => ({
  ...want(key, 'answer', ...texts),
  thread,
});
/** The visible messages of the bot, each behind the number of its topic among `topics`, or `-`. */
const shown = (...topics: Thread[]): string[] =>
  rig
    .messages()
    .map(({ thread, text }) => `${thread === undefined ? '-' : topics.indexOf(thread as Thread)} ${text}`);

/** Pixel by pixel, the smallest PNG that the sandbox takes. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

describe('where a view stands', () => {
  const text = fc.integer({ min: 0, max: 999 }).map((n): Part => ({ text: `text ${n}`, entities: [] }));
  const file = fc
    .record({ n: fc.integer({ min: 0, max: 999 }), as: fc.constantFrom('photo', 'document') })
    .map(({ n, as }): Part => ({
      text: `file ${n}`,
      entities: [],
      file: { name: `f${n}.png`, as: as as 'photo' | 'document', content: { bytes: PNG } },
    }));
  const parts = fc.array(fc.oneof(text, file), { minLength: 1, maxLength: 4 });
  const view = fc
    .record({ parts, album: fc.boolean(), isRich: fc.boolean() })
    .map(({ parts, album, isRich }): View => ({
      parts,
      album,
      ...(isRich ? { rich: [{ text: '', entities: [], markdown: '**rich**' }] } : {}),
    }));

  it('is its thread, of every message of every kind of view, placed in every way', async () => {
    const topics = [begin('one'), begin('two')];
    let n = 0;
    await fc.assert(
      fc.asyncProperty(
        view,
        fc.constantFrom('ask', 'answer', 'card', 'notice'),
        fc.constantFrom(...topics, NO_THREAD),
        fc.constantFrom('message', 'session', 'chat'),
        async (view, kind, thread, placing) => {
          ahead += 10_000;
          const before = new Set(rig.messages().map(({ id }) => id));
          if (placing === 'session') session = thread;
          else chat = thread;
          rig.outbox.put({
            chatId: CHAT,
            key: outboxKey('any', n++),
            class: kind,
            view,
            session: 's',
            thread: placing === 'message' ? thread : placing,
          } as NewView);
          await rig.flush();
          const added = rig.messages().filter(({ id }) => !before.has(id));
          expect(added.length).toBeGreaterThan(0);
          expect(new Set(added.map((m) => m.thread ?? NO_THREAD))).toEqual(new Set([thread]));
        },
      ),
      { numRuns: 25 },
    );
  });

  it('cannot be forgotten: a view, and what the bot is doing, do not compile without it', () => {
    const { thread: _thread, ...view } = want('a', 'answer', 'text');
    // @ts-expect-error -- nobody said where it stands
    const forgotten: NewView = view;
    // @ts-expect-error -- a number is no thread
    const guessed: NewView = { ...view, thread: 5 };
    // @ts-expect-error -- whose session?
    const unnamed: NewView = { ...view, thread: 'session' };
    // @ts-expect-error -- nobody said where it is shown
    const action: ChatAction = { chatId: CHAT, action: 'typing' };
    expect([forgotten, guessed, unnamed, action]).toHaveLength(4);
  });

  it('is named by every call that shows something new, and by no other', async () => {
    const topic = begin('work');
    rig.outbox.put(inThread(topic, 'a', 'one', 'two'));
    await rig.flush();
    rig.outbox.put(inThread(topic, 'a', 'changed'));
    await rig.flush();
    rig.outbox.remove(CHAT, outboxKey('a'));
    await rig.flush();
    rig.outbox.act({ chatId: CHAT, thread: topic, action: 'typing' });
    await rig.telegram.waitFor(() => rig.calls('sendChatAction') === 1);
    const named = rig.telegram.calls.map(({ method, params }) => [method, params['message_thread_id']]);
    expect(named).toEqual([
      ['sendMessage', topic],
      ['sendMessage', topic],
      ['editMessageText', undefined],
      ['deleteMessage', undefined],
      ['deleteMessage', undefined],
      ['sendChatAction', topic],
    ]);
  });

  it('is decided when it is queued, and outlives the program', async () => {
    const [one, two] = [begin('one'), begin('two')];
    session = one;
    rig.outbox.put({ ...want('a', 'answer', 'begun in one'), thread: 'session', session: 's' });
    session = two;
    await rig.restart();
    await rig.flush();
    expect(shown(one, two)).toEqual(['0 begun in one']);
  });

  it('keeps the parts of a view together when its session moves', async () => {
    const [one, two] = [begin('one'), begin('two')];
    session = one;
    rig.outbox.put({ ...want('a', 'answer', 'part 1'), thread: 'session', session: 's' });
    await rig.flush();
    session = two;
    rig.outbox.put({ ...want('a', 'answer', 'part 1', 'part 2'), thread: 'session', session: 's' });
    await rig.flush();
    expect(shown(one, two)).toEqual(['0 part 1', '0 part 2']);
  });

  it('moves with the command that is written again in another topic', async () => {
    const [one, two] = [begin('one'), begin('two')];
    rig.outbox.put(inThread(one, 'list', 'page 1', 'page 2'));
    await rig.flush();
    rig.outbox.put(inThread(two, 'list', 'page 1', 'page 2'));
    await rig.flush();
    expect(shown(one, two)).toEqual(['1 page 1', '1 page 2']);
  });
});

describe('a thread that takes no messages', () => {
  it.each(['deleted', 'closed'] as const)(
    'is left for the chat itself when it is %s; the user is told once, nothing is lost or doubled',
    async (how) => {
      const topic = begin('work');
      rig.outbox.put(inThread(topic, 'a', 'before'));
      await rig.flush();
      rig.telegram.owner.changeTopic(topic, how);
      rig.outbox.put(inThread(topic, 'b', 'part 1', 'part 2'));
      rig.outbox.put({ ...want('c', 'notice', 'a notice'), thread: 'session', session: 's' });
      session = topic;
      rig.outbox.put({ ...want('d', 'ask', 'a request'), thread: 'session', session: 's' });
      await rig.flush();
      await rig.restart();
      rig.outbox.put(inThread(topic, 'e', 'after the restart'));
      await rig.flush();
      const kept = how === 'closed' ? ['0 before'] : [];
      expect(shown(topic).sort()).toEqual(
        [
          ...kept,
          '- a request',
          '- part 1',
          '- part 2',
          '- a notice',
          `- ${LOST}`,
          '- after the restart',
        ].sort(),
      );
      expect(rig.logged.filter((line) => line.includes('thread takes no messages'))).toHaveLength(1);
    },
  );

  it('is used again once the user writes there', async () => {
    const topic = begin('work');
    rig.telegram.owner.changeTopic(topic, 'closed');
    rig.outbox.put(inThread(topic, 'a', 'outside'));
    await rig.flush();
    rig.telegram.owner.changeTopic(topic, 'open');
    rig.outbox.put(inThread(topic, 'b', 'still outside'));
    await rig.flush();
    rig.outbox.heard(CHAT, topic);
    rig.outbox.put(inThread(topic, 'c', 'inside'));
    await rig.flush();
    expect(shown(topic)).toEqual(['- outside', `- ${LOST}`, '- still outside', '0 inside']);
    rig.telegram.owner.changeTopic(topic, 'closed');
    rig.outbox.put(inThread(topic, 'd', 'outside again'));
    await rig.flush();
    expect(rig.texts().filter((text) => text === LOST)).toHaveLength(1);
  });

  it('is noticed where the server sends to the chat itself without an error', async () => {
    const topic = begin('work');
    rig.telegram.owner.changeTopic(topic, 'deleted');
    rig.telegram.state.ignoresDeletedTopics = true;
    rig.outbox.put(inThread(topic, 'a', 'part 1', 'part 2'));
    await rig.flush();
    rig.outbox.put(inThread(topic, 'a', 'part 1', 'part 2'));
    await rig.flush();
    expect(shown(topic)).toEqual(['- part 1', '- part 2', `- ${LOST}`]);
  });

  it('takes the rest of a view with it when it goes between two parts', async () => {
    const topic = begin('work');
    rig.outbox.put({ ...want('a', 'answer', 'part 1'), thread: 'session', session: 's' });
    session = topic;
    rig.outbox.put({ ...want('b', 'answer', 'part 1'), thread: 'session', session: 's' });
    await rig.flush();
    rig.telegram.owner.changeTopic(topic, 'closed');
    rig.outbox.put({ ...want('b', 'answer', 'part 1', 'part 2', 'part 3'), thread: 'session', session: 's' });
    await rig.flush();
    expect(shown(topic)).toEqual(['- part 1', '0 part 1', '- part 2', '- part 3', `- ${LOST}`]);
  });

  it.each([
    'Bad Request: TOPIC_DELETED',
    'bad request: Message Thread Not Found',
    'Bad Request: TOPIC_CLOSED',
  ])('is known by “%s”', async (description) => {
    const topic = begin('work');
    rig.telegram.fault({
      kind: 'refused',
      description: description.slice(13),
      times: 1,
      method: 'sendMessage',
    });
    rig.outbox.put(inThread(topic, 'a', 'hello'));
    await rig.flush();
    expect(shown(topic)).toEqual(['- hello', `- ${LOST}`]);
  });

  it('loses no album, and no answer whose send has an unknown outcome', async () => {
    const topic = begin('work');
    rig.telegram.owner.changeTopic(topic, 'deleted');
    const file = (name: string): Part => ({
      text: name,
      entities: [],
      file: { name, as: 'photo', content: { bytes: PNG } },
    });
    const view = { parts: [file('a.png'), file('b.png')], album: true };
    rig.outbox.put({ chatId: CHAT, key: outboxKey('album'), class: 'notice', view, thread: topic });
    await rig.flush();
    rig.telegram.fault({ kind: 'reset-after', method: 'sendMessage', times: 1 });
    rig.outbox.put(inThread(topic, 'a', 'answer'));
    await rig.flush();
    const texts = rig.texts().filter((text) => text !== LOST);
    expect(texts.slice(0, 2)).toEqual(['a.png', 'b.png']);
    expect(texts.slice(2).map((text) => text.split('\n').at(-1))).toEqual(['answer', 'answer']);
  });

  it('in the chat itself, such a refusal is one like any other', async () => {
    rig.telegram.fault({ kind: 'refused', description: 'TOPIC_CLOSED', times: 1, method: 'sendMessage' });
    rig.outbox.put(want('a', 'answer', 'hello'));
    await rig.flush();
    expect(rig.texts()).toEqual(['hello']);
  });
});
