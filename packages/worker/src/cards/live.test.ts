import type { SessionEvent } from '../sessions/events';
import { newCard, type Card } from './model';
import { reduceCard } from './reduce';

const AT = 1_700_000_000_000;
const run = (card: Card, ...events: SessionEvent[]): Card => events.reduce(reduceCard, card);
const fresh = (): Card => newCard({ session: 's', name: 'demo', agent: 'Claude Code' });
const start = (prompt = 'go', at = AT): SessionEvent => ({ type: 'turn.started', at, prompt });
const end = (at = AT + 1_000): SessionEvent => ({ type: 'turn.ended', at, how: 'done' });
const todos = (...states: ('open' | 'doing' | 'done')[]): SessionEvent => ({
  type: 'todos',
  at: AT,
  todos: states.map((state, i) => ({ id: String(i), text: `point ${i}`, state })),
});

describe('the to-do list on a card', () => {
  it('is replaced as a whole, and a repetition changes nothing', () => {
    const card = run(fresh(), start(), todos('doing', 'open'));
    expect(card.todos?.map((t) => t.state)).toEqual(['doing', 'open']);
    expect(run(card, todos('doing', 'open'))).toBe(card);
    expect(run(card, todos('done', 'doing')).todos?.map((t) => t.state)).toEqual(['done', 'doing']);
  });

  it('grows and changes item by item', () => {
    const card = run(
      fresh(),
      { type: 'todo', at: AT, id: '1', text: 'first\nthing' },
      { type: 'todo', at: AT, id: '2', text: 'second' },
      { type: 'todo', at: AT, id: '1', state: 'doing' },
      { type: 'todo', at: AT, id: '2', text: 'the second' },
    );
    expect(card.todos).toEqual([
      { id: '1', text: 'first thing', state: 'doing' },
      { id: '2', text: 'the second', state: 'open' },
    ]);
    expect(run(card, { type: 'todo', at: AT, id: '1', gone: true }).todos).toHaveLength(1);
  });

  it('ignores an update of an item it does not know', () => {
    const card = fresh();
    expect(run(card, { type: 'todo', at: AT, id: '9', state: 'done' })).toBe(card);
  });

  it('continues into the next turn while an item is open, and not when all are done', () => {
    const open = run(fresh(), start(), todos('done', 'open'), end(), start('next', AT + 5_000));
    expect(open.todos).toHaveLength(2);
    const done = run(fresh(), start(), todos('done', 'done'), end(), start('next', AT + 5_000));
    expect(done.todos).toBeUndefined();
  });

  it('keeps no more than fifty items', () => {
    const card = run(
      fresh(),
      ...Array.from({ length: 60 }, (_, i): SessionEvent => ({
        type: 'todo',
        at: AT,
        id: String(i),
        text: `point ${i}`,
      })),
    );
    expect(card.todos).toHaveLength(50);
    expect(card.todos?.at(-1)?.text).toBe('point 59');
  });
});

describe('sub-agents on a card', () => {
  const began: SessionEvent = { type: 'agent.started', at: AT + 10, id: 'a', title: 'Count the files' };

  it('shows what each does, until it ends', () => {
    const card = run(fresh(), start(), began, began, {
      type: 'agent.doing',
      at: AT + 20,
      id: 'a',
      n: 1,
      tool: 'Bash',
      title: 'ls',
    });
    expect(card.agents).toEqual([
      {
        id: 'a',
        title: 'Count the files',
        state: 'running',
        startedAt: AT + 10,
        toldAt: AT + 20,
        tools: 1,
        doing: { tool: 'Bash', title: 'ls' },
      },
    ]);
    const over = run(card, { type: 'agent.ended', at: AT + 30, id: 'a', ok: true });
    expect(over.agents?.[0]).toMatchObject({ state: 'ok', endedAt: AT + 30 });
    expect(run(over, { type: 'agent.doing', at: AT + 40, id: 'a', n: 2, tool: 'Bash', title: 'x' })).toBe(
      over,
    );
    expect(run(over, { type: 'agent.ended', at: AT + 50, id: 'a', ok: false })).toBe(over);
  });

  it('show nothing twice when their work is read again from its start', () => {
    const doing = (n: number): SessionEvent => ({
      type: 'agent.doing',
      at: AT,
      id: 'a',
      n,
      tool: 'Bash',
      title: `${n}`,
    });
    const card = run(fresh(), start(), began, doing(1), doing(2));
    expect(run(card, doing(1), doing(2))).toBe(card);
    expect(run(card, doing(3)).agents?.[0]).toMatchObject({ tools: 3, doing: { title: '3' } });
  });

  it('continue into the next turn, and are gone once they have ended', () => {
    const two = run(fresh(), start(), began, { ...began, id: 'b' }, end(), start('next', AT + 5_000));
    expect(two.agents?.map((a) => a.id)).toEqual(['a', 'b']);
    const one = run(two, { type: 'agent.ended', at: AT + 6_000, id: 'a', ok: true }, end(AT + 6_500));
    expect(run(one, start('third', AT + 9_000)).agents?.map((a) => a.id)).toEqual(['b']);
  });

  it('ignores an agent whose start it did not see', () => {
    const card = fresh();
    expect(run(card, { type: 'agent.ended', at: AT, id: 'x', ok: true })).toBe(card);
  });
});

describe('the figures on a card', () => {
  const figures = (f: Extract<SessionEvent, { type: 'figures' }>['figures']): SessionEvent => ({
    type: 'figures',
    at: AT,
    figures: f,
  });

  it('keep what the agent does not report again', () => {
    const card = run(fresh(), figures({ model: 'Opus', costUsd: 0.1 }), figures({ contextPercent: 43 }));
    expect(card.figures).toEqual({ model: 'Opus', costUsd: 0.1, contextPercent: 43 });
  });

  it('change nothing when the difference would not show', () => {
    const card = run(fresh(), figures({ contextPercent: 43.1, costUsd: 0.121 }));
    expect(run(card, figures({ contextPercent: 43.4, costUsd: 0.1218 }))).toBe(card);
    expect(run(card, figures({ contextPercent: 43.6 }))).not.toBe(card);
  });

  it('leave out the limits of the account: they are not of one session', () => {
    const card = run(fresh(), figures({ limits: [{ window: '5h', usedPercent: 90 }] }));
    expect(card.figures).toBeUndefined();
  });
});

it('forgets in the next turn that a limit ended the previous one', () => {
  const card = run(fresh(), start(), { type: 'limit.reached', at: AT, window: '5h', resetsAt: AT + 9 });
  expect(card.limit).toEqual({ window: '5h', resetsAt: AT + 9 });
  expect(run(card, end(), start('next', AT + 5_000)).limit).toBeUndefined();
});
