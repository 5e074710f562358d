import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sessionWith } from '../fixtures/session';
import { openStore, type Store } from '../store/open';
import type { TailMarks } from '../watch/model';
import type { SessionEvent } from './events';
import { inTransaction } from './handlers/model';
import { createSessionHandlers } from './handlers/table';
import type { SessionInput } from './machine/model';
import { createRegistry, type Registry } from './registry';
import { createSessionStore, createTailMarks } from './store';

let dir: string;
let store: Store;
let marks: TailMarks;
let registry: Registry;
let logged: string[];
/** Fails every transaction. */
let isFull: boolean;

const openRegistry = (handlers = createSessionHandlers()): Registry => {
  const rows = createSessionStore(store);
  return createRegistry({
    store: {
      ...rows,
      tx: (work) =>
        rows.tx(() => {
          const result = work();
          if (isFull) throw new Error('database or disk is full');
          return result;
        }),
    },
    handlers,
    log: (_level, text) => logged.push(text),
  });
};

beforeEach(() => {
  jest.useFakeTimers();
  dir = mkdtempSync(join(tmpdir(), 'ccbot-deferred-'));
  store = openStore(join(dir, 'ccbot.db'), Date.now);
  marks = createTailMarks(store);
  [logged, isFull] = [[], false];
  registry = openRegistry();
  for (const id of ['s', 't']) registry.add(sessionWith({ id }));
  for (const id of ['s', 't']) registry.dispatch(id, [observed({ type: 'turn.started', prompt: 'go' })]);
});
afterEach(() => {
  jest.useRealTimers();
  store.close();
  rmSync(dir, { recursive: true, force: true });
});

let clock = 1_000;
function observed(event: object): SessionInput {
  return { type: 'observed', at: 5_000, event: { ...event, at: (clock += 10) } as SessionEvent };
}
const tool = (id: string): SessionInput =>
  observed({ type: 'tool.started', id, name: 'Bash', title: `run ${id}` });
const mark = (id: string, offset: number) => (): void => marks.put(id, { path: '/t.jsonl', offset });

/** What a worker that starts now would find: the tools of a session, and how far its transcript was read. */
function stored(id: string): { tools: number | undefined; offset: number | undefined } {
  return { tools: openRegistry().get(id)?.card.tools, offset: marks.get(id)?.offset };
}

it('stores what only draws later, for all sessions together', () => {
  const writes = jest.spyOn(store, 'tx');
  registry.dispatchRepeatable('s', [tool('1')], mark('s', 10));
  registry.dispatchRepeatable('s', [tool('2')], mark('s', 20));
  registry.dispatchRepeatable('t', [tool('3')], mark('t', 30));
  expect(registry.get('s')?.card.tools).toBe(2);
  expect([stored('s'), stored('t')]).toEqual([
    { tools: 0, offset: undefined },
    { tools: 0, offset: undefined },
  ]);
  writes.mockClear();
  jest.advanceTimersByTime(5_000);
  expect(writes).toHaveBeenCalledTimes(1);
  expect([stored('s'), stored('t')]).toEqual([
    { tools: 2, offset: 20 },
    { tools: 1, offset: 30 },
  ]);
  expect(jest.getTimerCount()).toBe(0);
});

it('stores many a few at a time, those first that have waited longest', () => {
  const ids = Array.from({ length: 25 }, (_, i) => `many-${i}`);
  for (const id of ids) registry.add(sessionWith({ id }));
  for (const id of ids) registry.dispatch(id, [observed({ type: 'turn.started', prompt: 'go' })]);
  const wait = (id: string): void => registry.dispatchRepeatable(id, [tool(`of ${id}`)], mark(id, 10));
  for (const id of [...ids, 'many-0']) wait(id);
  const stillWait = (): number => ids.filter((id) => marks.get(id) === undefined).length;
  const left: number[] = [];
  for (let i = 0; i < 10 && stillWait() > 0; i++) {
    jest.advanceTimersToNextTimer();
    left.push(stillWait());
  }
  expect(left).toEqual([15, 5, 0]);
  expect(marks.get('many-0')?.offset).toBe(10);
  expect(jest.getTimerCount()).toBe(0);
});

it.each([
  ['the end of a turn', (): SessionInput => observed({ type: 'turn.ended', how: 'done' })],
  ['the next turn', (): SessionInput => observed({ type: 'turn.started', prompt: 'next' })],
])('stores %s immediately, and what waited with it', (_what, input) => {
  registry.dispatchRepeatable('s', [tool('1')], mark('s', 10));
  registry.dispatchRepeatable('s', [input()], mark('s', 20));
  expect(stored('s')).toEqual({ tools: registry.get('s')?.card.tools, offset: 20 });
  expect(jest.getTimerCount()).toBe(0);
});

it.each([
  ['another input', () => registry.dispatch('s', [{ type: 'card.asked', at: 1 }])],
  ['a change that is none', () => registry.dispatch('s', [], () => undefined)],
  ['a new name', () => registry.rename('s', 'other')],
  ['the end of the worker', () => registry.settle()],
  ['somebody who asks how far the transcript was read', () => registry.settle('s')],
])('stores state and mark together before %s is', (_what, act) => {
  registry.dispatchRepeatable('s', [tool('1')], mark('s', 10));
  act();
  expect(stored('s')).toEqual({ tools: 1, offset: 10 });
});

it('runs the handlers of what waits, each time', () => {
  const handlers = createSessionHandlers();
  const other = openRegistry(handlers);
  const shown: number[] = [];
  handlers.add('board', { effects: { show: inTransaction(({ card }) => shown.push(card.tools)) } });
  other.dispatchRepeatable('s', [tool('1')], mark('s', 10));
  other.dispatchRepeatable('s', [tool('2')], mark('s', 20));
  expect(shown).toEqual([1, 2]);
});

it('keeps what waits while the disk is full, and stores it once there is room', () => {
  registry.dispatchRepeatable('s', [tool('1')], mark('s', 10));
  isFull = true;
  jest.advanceTimersByTime(11_000);
  expect(logged).toEqual(['sessions not stored', 'sessions not stored']);
  isFull = false;
  expect(stored('s')).toEqual({ tools: 0, offset: undefined });
  jest.advanceTimersByTime(5_000);
  expect(stored('s')).toEqual({ tools: 1, offset: 10 });
});

it('still waits when what would have stored it fails', () => {
  registry.dispatchRepeatable('s', [tool('1')], mark('s', 10));
  isFull = true;
  expect(() => registry.dispatch('s', [{ type: 'card.asked', at: 1 }])).toThrow('full');
  isFull = false;
  expect(stored('s')).toEqual({ tools: 0, offset: undefined });
  registry.settle();
  expect(stored('s')).toEqual({ tools: 1, offset: 10 });
});

it('forgets what waits of a session that is removed', () => {
  registry.dispatchRepeatable('s', [tool('1')], mark('s', 10));
  registry.dispatch('s', [{ type: 'archived', at: 1, why: 'done' }]);
  registry.forget(['s']);
  jest.advanceTimersByTime(10_000);
  expect(
    openRegistry()
      .all()
      .map(({ id }) => id),
  ).toEqual(['t']);
  expect(marks.get('s')).toBeUndefined();
});
