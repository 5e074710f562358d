import { deadlineOf } from './deadline';
import { step } from './machine';
import type { Policy } from './policy';
import type { Effect, Event, State } from './state';

type Untimed<T> = T extends unknown ? Omit<T, 'at'> : never;
/** An event without its timestamp. */
export type UntimedEvent = Untimed<Event>;

/** Drives the machine: stores its state, arms one timer and passes on the effects. Decides nothing. */
export interface Runner {
  send(event: UntimedEvent): void;
  state(): State;
  setPolicy(policy: Policy): void;
  /** Stops the timer. No effect is performed after this. */
  close(): void;
}

export interface RunnerDeps {
  policy: Policy;
  initial: State;
  /** Monotonic, ms. */
  now(): number;
  perform(effect: Effect): void;
  /** Called after each step that changed the state. */
  changed(state: State): void;
}

/** The longest time of a Node timer, ms. */
const TIMER_MAX_MS = 2 ** 31 - 1;

/** The runner does nothing before its first event. */
export function createRunner(deps: RunnerDeps): Runner {
  let { policy } = deps;
  let state = deps.initial;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  let busy = false;
  const queue: Event[] = [];

  function arm(): void {
    clearTimeout(timer);
    const due = deadlineOf(policy, state);
    if (due === null || closed) return;
    const inMs = Math.min(TIMER_MAX_MS, Math.max(0, Math.ceil(due - deps.now())));
    timer = setTimeout(() => handle({ type: 'tick', at: deps.now() }), inMs);
  }

  /** An effect may send another event immediately, which then waits until the step is over. */
  function handle(event: Event): void {
    if (closed) return;
    queue.push(event);
    if (busy) return;
    busy = true;
    try {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
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

  /** A function, because an effect such as `exit` may close the runner in the middle of a step. */
  const isClosed = (): boolean => closed;

  return {
    send: (event) => handle({ ...event, at: deps.now() }),
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
