import { newCard } from '../cards/model';
import { createBindings, type BindingsDeps } from './bindings';
import type { SessionInput } from '../sessions/machine/model';
import type { Session } from '../sessions/model';
import type { Prompt } from '../prompts/model';
import { SEEK_MS } from './seek';
import { createWatcher, type Senses, type Watcher, type WatcherDeps } from './watcher';

const TYPED_AT = 5_000;
const session: Session = {
  id: 's',
  chatId: 7,
  name: 'demo',
  agent: 'codex',
  cwd: '/',
  createdAt: 1_000,
  phase: 'ready',
  binding: { sessionId: 'first', transcriptPath: '/first', at: 1_000 },
  card: newCard({ session: 's', name: 'demo', agent: 'Codex' }),
};
const prompt: Prompt = { id: 1, session: 's', chatId: 7, messageId: 9, text: '/new', state: 'typed' };

let dispatched: SessionInput[];
let watcher: Watcher;
beforeEach(() => {
  jest.useFakeTimers({ now: TYPED_AT });
  dispatched = [];
  const stop = (): void => undefined;
  const registry = {
    get: () => session,
    live: () => [session],
    dispatch: (_: string, inputs: readonly SessionInput[]) => void dispatched.push(...inputs),
  } as unknown as WatcherDeps['registry'];
  const windows = {
    discover: () => Promise.resolve({ pid: 1, sessionId: 'second', cwd: '/', transcriptPath: '/second' }),
  } as unknown as WatcherDeps['windows'];
  const agents = { of: () => ({}) } as unknown as BindingsDeps['agents'];
  const senses = {
    attention: { watchNow: () => undefined, stop },
    screenReader: { stop },
    idle: { stop },
    subAgents: { stop },
    follower: { listen: () => undefined },
    notes: { listen: () => undefined, stop },
    bindings: createBindings({ registry, windows, agents, home: '/', log: () => undefined }),
  } as unknown as Senses;
  watcher = createWatcher({
    registry,
    windows,
    senses,
    recovery: { absence: { stop: () => undefined } } as WatcherDeps['recovery'],
    now: () => Date.now(),
    log: () => undefined,
  });
});
afterEach(() => {
  watcher.stop();
  expect(jest.getTimerCount()).toBe(0);
  jest.useRealTimers();
});

it('binds the session that a typed prompt begins, with its records from the time of typing', async () => {
  watcher.typed(prompt);
  expect(dispatched).toEqual([{ type: 'typed', at: TYPED_AT, replyTo: 9, by: 7 }]);
  await jest.advanceTimersByTimeAsync(SEEK_MS[0] ?? 0);
  expect(dispatched.slice(1)).toEqual([
    { type: 'bound', at: TYPED_AT, sessionId: 'second', transcriptPath: '/second' },
  ]);
});
