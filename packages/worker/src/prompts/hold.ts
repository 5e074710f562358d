import type { Attention } from '../watch/attention';
import type { AgentInput } from './agent-input';
import type { HoldReason } from './decide';
import type { DeliveryQueue } from './delivery-queue';
import type { Prompt } from './model';
import type { Receipts } from './receipts';

/** A draft at the terminal that is gone sooner than this, ms, is not reported. */
export const DRAFT_TELL_MS = 2_000;

/** Reasons that are reported immediately: the screen of such a session is on its card anyway, and asks for something. */
const IMMEDIATE: ReadonlySet<HoldReason> = new Set(['starting', 'missing', 'dialog', 'limit']);

export interface QueueHoldDeps {
  queue: Pick<DeliveryQueue, 'waiting'>;
  input: Pick<AgentInput, 'liveSession'>;
  receipts: Pick<Receipts, 'held' | 'queued'>;
  attention: Pick<Attention, 'hold'>;
}

/** Prompts that wait for the screen, and what their authors know of it. */
export interface QueueHold {
  /** The oldest prompt of the session waits. */
  hold(session: string, why: HoldReason): void;
  /** Nothing of the session waits any more, or it is being typed. */
  free(session: string): void;
  /** Whether the session's screen is watched because a prompt waits. */
  holds(session: string): boolean;
  release(session: string): void;
  stop(): void;
}

interface HoldState extends QueueHoldDeps {
  /** The reason that was last reported for each prompt. */
  reported: Map<number, HoldReason>;
  /** Prompts reported as waiting behind another one. */
  queued: Set<number>;
  held: Set<string>;
  timers: Map<string, NodeJS.Timeout>;
}

/** Holds a timer only while something waits that is not reported yet. */
export function createQueueHold(deps: QueueHoldDeps): QueueHold {
  const state: HoldState = {
    ...deps,
    reported: new Map(),
    queued: new Set(),
    held: new Set(),
    timers: new Map(),
  };
  const { attention, held, timers } = state;
  return {
    hold: (session, why) => hold(state, session, why),
    free(session) {
      cancel(timers, session);
      if (held.delete(session)) attention.hold(session, false);
    },
    holds: (session) => held.has(session),
    release(session) {
      cancel(timers, session);
      held.delete(session);
    },
    stop() {
      for (const session of [...timers.keys()]) cancel(timers, session);
    },
  };
}

function hold(state: HoldState, session: string, why: HoldReason): void {
  const { attention, held, timers } = state;
  if (!held.has(session)) {
    held.add(session);
    attention.hold(session, true);
  }
  cancel(timers, session);
  if (IMMEDIATE.has(why)) return report(state, session, why);
  const timer = setTimeout(() => {
    timers.delete(session);
    report(state, session, why);
  }, DRAFT_TELL_MS);
  timers.set(session, timer);
}

function cancel(timers: Map<string, NodeJS.Timeout>, session: string): void {
  clearTimeout(timers.get(session));
  timers.delete(session);
}

/** Reports the oldest prompt once for each reason, and each prompt behind it once. */
function report(state: HoldState, id: string, why: HoldReason): void {
  const { queue, receipts, reported, queued } = state;
  const [first, ...behind] = queue.waiting(id);
  if (first === undefined) return;
  if (reported.get(first.id) !== why) {
    reported.set(first.id, why);
    reportHeld(state, first, why);
  }
  for (const prompt of behind) {
    if (queued.has(prompt.id)) continue;
    queued.add(prompt.id);
    receipts.queued(prompt);
  }
}

function reportHeld({ input, receipts }: HoldState, prompt: Prompt, why: HoldReason): void {
  const session = input.liveSession(prompt.session);
  if (session !== undefined) receipts.held(session, prompt, why);
}
