import { deadlineOf } from './deadline';
import { step } from './machine';
import type { Policy } from './policy';
import type { Effect, Event, State } from './state';

type Untimed<T> = T extends unknown ? Omit<T, 'at'> : never;
/** An event before the clock has stamped it. */
export type News = Untimed<Event>;

/** What drives the machine: it keeps the state, arms one timer, hands effects on, and decides nothing. */
export interface Runner {
  send(news: News): void;
  state(): State;
  /** Other settings from now on. */
  setPolicy(policy: Policy): void;
  /** Forgets the timer; nothing is performed any more. */
  close(): void;
}

/** What a runner needs. */
export interface RunnerDeps {
  policy: Policy;
  initial: State;
  /** Monotonic, ms. */
  now(): number;
  perform(effect: Effect): void;
  /** After each step that changed anything. */
  changed(state: State): void;
}

/** Node's timers take no more, ms. */
const TIMER_MAX_MS = 2 ** 31 - 1;

/** Makes a runner; nothing happens before its first event. */
export function createRunner(deps: RunnerDeps): Runner {
  let { policy } = deps;
  let state = deps.initial;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  let busy = false;
  const waiting: Event[] = [];

  function arm(): void {
    clearTimeout(timer);
    const due = deadlineOf(policy, state);
    if (due === null || closed) return;
    const inMs = Math.min(TIMER_MAX_MS, Math.max(0, Math.ceil(due - deps.now())));
    timer = setTimeout(() => take({ type: 'tick', at: deps.now() }), inMs);
  }

  /** An effect may bring news at once; that waits until the step is over. */
  function take(event: Event): void {
    if (closed) return;
    waiting.push(event);
    if (busy) return;
    busy = true;
    try {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const before = state;
        const [after, effects] = step(policy, state, next);
        state = after;
        for (const effect of effects) {
          if (!isClosed()) deps.perform(effect);
        }
        if (after !== before && !isClosed()) deps.changed(state);
      }
    } finally {
      busy = false;
    }
    arm();
  }

  /** An effect such as `exit` may have closed us meanwhile. */
  const isClosed = (): boolean => closed;

  return {
    send: (news) => take({ ...news, at: deps.now() }),
    state: () => state,
    setPolicy(next) {
      policy = next;
      arm();
    },
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}
