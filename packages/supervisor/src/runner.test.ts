import { TROUBLE } from './fixtures/play';
import { policyOf } from './policy';
import { createRunner, type Runner } from './runner';
import { initialState, type Effect } from './state';
import { loadConfig } from '@ccbot/shared/config/load';

const env = { TELEGRAM_BOT_TOKEN: `123456:${'a'.repeat(35)}`, ALLOWED_USERS: '1', CCBOT_NET_RETRY_SEC: '10' };
const loaded = loadConfig({ home: '/nowhere', env });
if (!loaded.ok) throw new Error('must load');
const policy = policyOf(loaded.config);

let now: number;
let effects: Effect[];
let changes: number;
let runner: Runner;
let answer: (effect: Effect) => void;

beforeEach(() => {
  jest.useFakeTimers();
  now = 0;
  effects = [];
  changes = 0;
  answer = () => undefined;
  runner = createRunner({
    policy,
    initial: initialState(0),
    now: () => now,
    perform(effect) {
      effects.push(effect);
      answer(effect);
    },
    changed: () => void changes++,
  });
});
afterEach(() => {
  runner.close();
  jest.useRealTimers();
});

/** Lets time pass on both clocks. */
function pass(ms: number): void {
  for (let left = ms; left > 0; left -= 100) {
    now += 100;
    jest.advanceTimersByTime(100);
  }
}
/** Starts a worker that crashes at once; the network is checked before the next one. */
function crashFirst(): void {
  runner.send({ type: 'start' });
  runner.send({ type: 'child.exited', generation: 1, code: 70, signal: null, lastLine: '', chance: 0.5 });
}
const did = (what: Effect['do']): number => effects.filter((e) => e.do === what).length;

it('ticks the machine at its deadline, with at most one timer', () => {
  crashFirst();
  runner.send({ type: 'probe.done', up: false, trouble: TROUBLE });
  expect(jest.getTimerCount()).toBe(1);
  pass(10_000);
  expect(did('probe')).toBe(2);
  expect(jest.getTimerCount()).toBe(1);
});

it('handles events from an effect after the step, in order', () => {
  answer = (effect) => {
    if (effect.do === 'probe') runner.send({ type: 'probe.done', up: true, detail: '' });
    if (effect.do === 'spawn') runner.send({ type: 'child.spawned', generation: effect.generation, pid: 5 });
  };
  crashFirst();
  expect(runner.state()).toMatchObject({ phase: { is: 'starting' }, child: { pid: 5 } });
  expect(effects.map((e) => e.do)).toEqual(['spawn', 'log', 'probe', 'spawn']);
});

it('reports only actual changes', () => {
  runner.send({ type: 'start' });
  expect(changes).toBe(1);
  runner.send({ type: 'settings.changed' });
  expect(changes).toBe(1);
});

it('does nothing after it was closed, even by an effect', () => {
  crashFirst();
  answer = (effect) => {
    if (effect.do === 'exit') runner.close();
  };
  runner.send({ type: 'stop' });
  const count = effects.length;
  runner.send({ type: 'start' });
  pass(60_000);
  expect(effects).toHaveLength(count);
  expect(jest.getTimerCount()).toBe(0);
});

it('applies a new policy from the next deadline', () => {
  crashFirst();
  runner.setPolicy({ ...policy, netRetryMs: 1_000 });
  runner.send({ type: 'probe.done', up: false, trouble: TROUBLE });
  pass(1_000);
  expect(did('probe')).toBe(2);
});
