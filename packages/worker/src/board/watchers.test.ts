import { newCard } from '../cards/model';
import { respondersOf, watchersOf, type ChatRoster } from './watchers';
import type { Session } from '../sessions/model';

const card = { ...newCard({ session: 's', name: 'demo', agent: 'Claude Code' }), phase: 'idle' as const };
const session = (more: Partial<Session> = {}): Session => ({
  id: 's',
  chatId: 1,
  name: 'demo',
  agent: 'claude',
  cwd: '/',
  createdAt: 0,
  phase: 'ready',
  card,
  ...more,
});
/** Chats with the session that each writes to. */
const roster = (writesTo: Record<number, string>): ChatRoster => ({
  chats: Object.keys(writesTo).map(Number),
  writesTo: (chatId) => writesTo[chatId],
});
const working = { ...card, phase: 'working' as const };

describe('a request of a session', () => {
  it('is shown to the author of the turn, the last writer, and all who write to the session', () => {
    const all = roster({ 1: 'x', 2: 'x', 3: 'x', 4: 's', 5: 'x' });
    expect(respondersOf(session({ by: 2, wroteLast: 3, card: working }), all)).toEqual([2, 3, 4]);
    // The prompt was typed but has not begun a turn yet: the turn before it is over.
    expect(respondersOf(session({ by: 2, wroteLast: 3 }), all)).toEqual([3, 4]);
  });

  it('is shown to the starter of the session if nobody else is involved, otherwise to everybody', () => {
    expect(respondersOf(session(), roster({ 1: 'x', 2: 'x' }))).toEqual([1]);
    expect(respondersOf(session(), roster({ 2: 'x', 3: 'x' }))).toEqual([2, 3]);
    expect(respondersOf(session({ wroteLast: 9 }), roster({ 2: 'x' }))).toEqual([2]);
  });
});

it('notifies the starter of a session, its writers, and all who write to it, otherwise everybody', () => {
  const all = roster({ 1: 'x', 2: 'x', 3: 's', 4: 'x' });
  expect(watchersOf(session({ by: 2 }), all)).toEqual([1, 2, 3]);
  expect(watchersOf(session({ chatId: 9 }), roster({ 1: 'x', 4: 'x' }))).toEqual([1, 4]);
});
