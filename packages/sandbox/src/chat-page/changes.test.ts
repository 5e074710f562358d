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
  chats: [{ who: 'owner', name: 'You', typingMs: 0, messages }],
  commands: [],
  answers: {},
});
const told = (change: ReturnType<ReturnType<typeof createChanges>>): unknown => {
  const [chat] = change.chats;
  return [change.whole, chat?.messages.map((m) => m.text), chat?.gone];
};

it('tells the whole first, then only what is new, changed or gone', () => {
  const changes = createChanges();
  expect(told(changes(state(message(1, 'a'), message(2, 'b'))))).toEqual([true, ['a', 'b'], []]);
  expect(told(changes(state(message(1, 'a'), message(2, 'b'))))).toEqual([false, [], []]);
  expect(told(changes(state(message(2, 'B'), message(3, 'c'))))).toEqual([false, ['B', 'c'], [1]]);
});

it('tells a message again that is away and comes back', () => {
  const changes = createChanges();
  changes(state(message(1, 'a')));
  expect(told(changes(state()))).toEqual([false, [], [1]]);
  expect(told(changes(state(message(1, 'a'))))).toEqual([false, ['a'], []]);
});
