import type { Button } from '../cards/view';
import { CHAT, openRig, want, type Rig } from './fixtures/rig';
import { threadOf, type QueuedView } from './model';

let rig: Rig;
let rows: Button[][] | null;
const button = (text: string): Button => ({ text, data: `go:${text}` });

beforeEach(async () => {
  rows = [[button('a'), button('b')]];
  rig = await openRig({ policy: { footer: () => rows } });
});
afterEach(() => rig.close());

/** The buttons of each of the bot's messages, by its text. */
const keyboards = (): Record<string, string[]> =>
  Object.fromEntries(rig.messages().map((m) => [m.text, m.keyboard.flat().map((b) => b.text)]));

const withButton = (queued: QueuedView, text: string): QueuedView => ({
  ...queued,
  view: { parts: queued.view.parts.map((part) => ({ ...part, buttons: [[button(text)]] })) },
});

it('has the rows under the newest message only, below its own, and leaves the older ones theirs', async () => {
  rig.outbox.put(withButton(want('one', 'ask', 'first'), 'yes'));
  await rig.flush();
  expect(keyboards()).toEqual({ first: ['yes', 'a', 'b'] });

  rig.outbox.put(want('two', 'answer', 'long', 'second'));
  await rig.flush();
  expect(keyboards()).toEqual({ first: ['yes'], long: [], second: ['a', 'b'] });
});

it('sends them with the message, and removes them from the older one with a single call', async () => {
  rig.outbox.put(want('one', 'notice', 'first'));
  rig.outbox.put(want('two', 'notice', 'second'));
  await rig.flush();

  expect(keyboards()).toEqual({ first: [], second: ['a', 'b'] });
  expect(rig.calls('sendMessage')).toBe(2);
  expect(rig.calls('editMessageReplyMarkup')).toBe(1);
});

it('keeps them through edits of the newest message, and makes no call when nothing changes', async () => {
  rig.outbox.put(want('one', 'card', 'first'));
  await rig.flush();
  rig.outbox.put(want('one', 'card', 'changed'));
  await rig.flush();
  expect(keyboards()).toEqual({ changed: ['a', 'b'] });

  const before = rig.telegram.calls.length;
  rig.outbox.put(want('one', 'card', 'changed'));
  rig.outbox.footerChanged(CHAT);
  await rig.flush();
  expect(rig.telegram.calls).toHaveLength(before);
});

it('changes them in place when they are different, and removes them when there are none', async () => {
  rig.outbox.put(withButton(want('one', 'card', 'first'), 'stop'));
  await rig.flush();

  rows = [[button('a'), button('c')]];
  rig.outbox.footerChanged(CHAT);
  await rig.flush();
  expect(keyboards()).toEqual({ first: ['stop', 'a', 'c'] });

  rows = [];
  rig.outbox.footerChanged(CHAT);
  await rig.flush();
  expect(keyboards()).toEqual({ first: ['stop'] });
});

it('moves them to the message above when the newest one is deleted', async () => {
  rig.outbox.put(want('one', 'notice', 'first'));
  rig.outbox.put(want('two', 'card', 'second'));
  await rig.flush();

  rig.outbox.put(want('two', 'card'));
  await rig.flush();
  expect(keyboards()).toEqual({ first: ['a', 'b'] });
});

it('makes no call for a message that will change or be deleted anyway', async () => {
  rig.outbox.put(want('card', 'card', 'live'));
  await rig.flush();

  rig.outbox.put(want('turn', 'answer', 'finished'));
  rig.outbox.put(want('card', 'card'));
  await rig.flush();
  expect(keyboards()).toEqual({ finished: ['a', 'b'] });
  expect(rig.calls('editMessageReplyMarkup')).toBe(0);
});

it('knows after a restart where they are', async () => {
  rig.outbox.put(want('one', 'notice', 'first'));
  await rig.flush();
  await rig.restart();

  rig.outbox.put(want('two', 'notice', 'second'));
  await rig.flush();
  expect(keyboards()).toEqual({ first: [], second: ['a', 'b'] });
});

it('forgets a message that the user deleted, and uses the one above', async () => {
  rig.outbox.put(want('one', 'notice', 'first'));
  rig.outbox.put(want('two', 'notice', 'second'));
  await rig.flush();
  for (const m of rig.messages()) if (m.text === 'second') m.deleted = true;

  rows = [[button('c')]];
  rig.outbox.footerChanged(CHAT);
  await rig.flush();
  expect(keyboards()).toEqual({ first: ['c'] });
});

it('knows the session of a message, also when the message now shows another session', async () => {
  rig.outbox.put({ ...want('card', 'card', 'one'), session: 's1' });
  rig.outbox.put(want('other', 'notice', 'none'));
  await rig.flush();
  const [other, card] = rig.messages();
  expect(rig.outbox.messageOf(CHAT, card?.id ?? 0)?.session).toBe('s1');
  expect(rig.outbox.messageOf(CHAT, other?.id ?? 0)?.session).toBeUndefined();

  rig.outbox.put({ ...want('card', 'card', 'two'), session: 's2' });
  await rig.flush();
  expect(rig.outbox.messageOf(CHAT, card?.id ?? 0)?.session).toBe('s2');
});

it('are under the newest message of each topic, and change in all of them', async () => {
  const one = threadOf(rig.telegram.owner.beginTopic('one'));
  rig.outbox.put(want('a', 'notice', 'chat'));
  rig.outbox.put({ ...want('b', 'notice', 'older in the topic'), thread: one });
  rig.outbox.put({ ...want('c', 'notice', 'newer in the topic'), thread: one });
  await rig.flush();
  expect(keyboards()).toEqual({
    chat: ['a', 'b'],
    'older in the topic': [],
    'newer in the topic': ['a', 'b'],
  });

  rows = [[button('z')]];
  rig.outbox.footerChanged(CHAT);
  await rig.flush();
  expect(keyboards()).toEqual({ chat: ['z'], 'older in the topic': [], 'newer in the topic': ['z'] });

  rig.outbox.put(want('a', 'notice', 'chat, changed'));
  await rig.flush();
  expect(keyboards()).toMatchObject({ 'chat, changed': ['z'] });
});

it('leaves every message what it has while the rows are not known', async () => {
  rig.outbox.put(want('one', 'card', 'first'));
  await rig.flush();
  rows = null;
  rig.outbox.put(want('one', 'card', 'changed'));
  rig.outbox.put(want('two', 'notice', 'second'));
  rig.outbox.footerChanged(CHAT);
  await rig.flush();
  expect(keyboards()).toEqual({ changed: ['a', 'b'], second: [] });

  rows = [[button('c')]];
  rig.outbox.footerChanged(CHAT);
  await rig.flush();
  expect(keyboards()).toEqual({ changed: [], second: ['c'] });
});
