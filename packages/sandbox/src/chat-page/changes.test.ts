import { createChanges } from './changes';
import type { PageMessage, Snapshot } from './snapshot';

const message = (id: number, text: string): PageMessage => ({
  id,
  fromBot: true,
  date: 0,
  text,
  entities: [],
  keyboard: [],
  edits: 0,
});
const state = (...messages: PageMessage[]): Snapshot => ({
  chats: [{ person: 'owner', name: 'You', typingMs: 0, messages }],
  commands: [],
  answers: {},
});
const summary = (change: ReturnType<ReturnType<typeof createChanges>>): unknown => {
  const [chat] = change.chats;
  return [change.whole, chat?.messages.map((m) => m.text), chat?.gone];
};

it('sends everything first, then only what is new, changed or gone', () => {
  const changes = createChanges();
  expect(summary(changes(state(message(1, 'a'), message(2, 'b'))))).toEqual([true, ['a', 'b'], []]);
  expect(summary(changes(state(message(1, 'a'), message(2, 'b'))))).toEqual([false, [], []]);
  expect(summary(changes(state(message(2, 'B'), message(3, 'c'))))).toEqual([false, ['B', 'c'], [1]]);
});

it('sends a message again after it disappeared and came back', () => {
  const changes = createChanges();
  changes(state(message(1, 'a')));
  expect(summary(changes(state()))).toEqual([false, [], [1]]);
  expect(summary(changes(state(message(1, 'a'))))).toEqual([false, ['a'], []]);
});
