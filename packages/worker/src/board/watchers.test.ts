import { newCard } from '../cards/model';
import { respondersOf, watchersOf, type Crowd } from './watchers';
import type { Session } from '../sessions/model';

const card = { ...newCard({ session: 's', name: 'demo', agent: 'Claude Code' }), phase: 'idle' as const };
const session = (more: Partial<Session> = {}): Session => ({
  ...{ id: 's', chatId: 1, name: 'demo', agent: 'claude', cwd: '/', createdAt: 0, phase: 'ready', card },
  ...more,
});
/** People by their chats, with the session that each writes to. */
const crowd = (writesTo: Record<number, string>): Crowd => ({
  chats: Object.keys(writesTo).map(Number),
  writesTo: (chatId) => writesTo[chatId],
});
const working = { ...card, phase: 'working' as const };

describe('what a session waits for', () => {
  it('is put before who wrote what it works on, who wrote last, and who has it before them', () => {
    const all = crowd({ 1: 'x', 2: 'x', 3: 'x', 4: 's', 5: 'x' });
    expect(respondersOf(session({ by: 2, wroteLast: 3, card: working }), all)).toEqual([2, 3, 4]);
    // A prompt that was typed is not yet seen to begin a turn: the last one is over.
    expect(respondersOf(session({ by: 2, wroteLast: 3 }), all)).toEqual([3, 4]);
  });

  it('is put before who began it where nobody is at it, else before everybody', () => {
    expect(respondersOf(session(), crowd({ 1: 'x', 2: 'x' }))).toEqual([1]);
    expect(respondersOf(session(), crowd({ 2: 'x', 3: 'x' }))).toEqual([2, 3]);
    expect(respondersOf(session({ wroteLast: 9 }), crowd({ 2: 'x' }))).toEqual([2]);
  });
});

it('tells of a session to who began it, who wrote last and who has it before them, else to everybody', () => {
  const all = crowd({ 1: 'x', 2: 'x', 3: 's', 4: 'x' });
  expect(watchersOf(session({ by: 2 }), all)).toEqual([1, 2, 3]);
  expect(watchersOf(session({ chatId: 9 }), crowd({ 1: 'x', 4: 'x' }))).toEqual([1, 4]);
});
