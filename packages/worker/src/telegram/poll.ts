import { FaultError, fault, reasonOf, type Fault } from '@ccbot/shared/faults/fault';
import { pause } from '@ccbot/shared/pause';
import type { Updates } from '../inbox/store';
import { laneOf } from '../inbox/parse';
import type { BotApi } from './api';
import { decidePoll, isAnswer } from './decide';

/** What Telegram is asked for; everything else would only be thrown away. */
export const ALLOWED_UPDATES = ['message', 'edited_message', 'callback_query'] as const;

/** How long Telegram holds a poll open, s; 50 is what Telegram's own libraries use. */
const HOLD_SEC = 50;

/** A poll without an answer this long after its hold is dead, ms. */
const SLACK_MS = 15_000;

/** Time between two tries to store what came while the disk is full, ms. */
const FULL_WAIT_MS = 5_000;

/** Time before the next poll after a batch of which nothing could be stored, ms. */
const NO_ID_WAIT_MS = 1_000;

/** What the loop tells. */
export type PollEvent =
  /** A batch is on disk. */
  | { type: 'stored'; fresh: number }
  /** The first poll of this process completed. */
  | { type: 'ready' }
  | { type: 'network'; up: boolean; detail: string }
  /** The disk is full, or no longer. */
  | { type: 'full'; full: boolean }
  /** The loop has ended: polling again cannot help, or another poller is there. */
  | { type: 'ended'; fault: Fault };

/** What the loop is given. */
export interface PollDeps {
  api: BotApi;
  updates: Updates;
  /** For the fault that tells where the token is to be corrected. */
  envFile: string;
  now(): number;
  monotonicMs(): number;
  /** In [0, 1), for jitter. */
  chance(): number;
  log(level: 'info' | 'warn' | 'error', text: string, meta?: Record<string, unknown>): void;
}

/** The long-poll loop: fetches, stores, and only then confirms. Nothing is handled in it. */
export interface Poll {
  start(listener: (event: PollEvent) => void): void;
  /** Fetches everything that waits, without holding a poll open. Throws a {@link FaultError} when Telegram cannot be asked. */
  once(): Promise<number>;
  /** Ends the loop at once and confirms what is stored. */
  stop(): Promise<void>;
  /** When a `getUpdates` last completed, ms since the epoch. */
  lastPollAt(): number | null;
  /** How many of them Telegram has answered, refusals and troubles of its own included. */
  answers(): number;
  /** True while the loop waits because a 429 asks for it, or for room on the disk. */
  heldOff(): boolean;
}

/** Makes the loop; it asks nothing before `start` or `once`. */
export function createPoll(deps: PollDeps): Poll {
  const abort = new AbortController();
  let lastPollAt: number | null = null;
  let answers = 0;
  let heldOff = false;
  let running: Promise<void> | undefined;
  let storedSinceConfirm = false;

  /** One call; stores what it brings. */
  async function fetch(holdSec: number, signal?: AbortSignal): ReturnType<typeof ask> {
    const asked = await ask(holdSec, signal);
    if (asked.ok) lastPollAt = deps.now();
    if (asked.ok || isAnswer(asked.failure)) answers++;
    return asked;
  }

  function ask(holdSec: number, signal: AbortSignal | undefined) {
    return deps.api.call<unknown[]>(
      'getUpdates',
      {
        offset: deps.updates.nextOffset(deps.now()),
        timeout: holdSec,
        limit: 100,
        allowed_updates: ALLOWED_UPDATES,
      },
      { timeoutMs: holdSec * 1_000 + SLACK_MS, ...(signal === undefined ? {} : { signal }) },
    );
  }

  /** Stores a batch; anything in it without an update id cannot be confirmed and is logged. */
  function store(batch: readonly unknown[]): number {
    const known = batch.flatMap((raw) => {
      const id = (raw as { update_id?: unknown } | null)?.update_id;
      if (typeof id === 'number' && Number.isSafeInteger(id)) {
        return [{ id, lane: laneOf(raw), body: JSON.stringify(raw) }];
      }
      deps.log('error', 'an update without an id was skipped');
      return [];
    });
    storedSinceConfirm = known.length > 0;
    return deps.updates.add(known, deps.now());
  }

  async function loop(listener: (event: PollEvent) => void): Promise<void> {
    const startedAt = deps.monotonicMs();
    let failures = 0;
    let up = true;
    let ready = false;
    while (!abort.signal.aborted) {
      // The first poll, also the first after a failure, returns at once: that polling works is known, and told,
      // without waiting for a message.
      const result = await fetch(ready && failures === 0 ? HOLD_SEC : 0, abort.signal);
      if (abort.signal.aborted && !result.ok) return;
      if (result.ok) {
        failures = 0;
        if (!up) listener({ type: 'network', up: (up = true), detail: 'getUpdates succeeded' });
        if (!ready) listener({ type: 'ready' });
        ready = true;
        if (result.value.length > 0) await storeWhenPossible(result.value, listener);
        continue;
      }
      const step = decidePoll(result.failure, {
        failures: ++failures,
        sinceStartMs: deps.monotonicMs() - startedAt,
        polledBefore: ready,
        chance: deps.chance(),
      });
      if (step.do !== 'retry') {
        listener({ type: 'ended', fault: endFault(step) });
        return;
      }
      if (failures === 1 || failures % 10 === 0) {
        deps.log('warn', 'a poll failed', { reason: result.failure.text, failures, nextInMs: step.waitMs });
      }
      if (step.rebuild) deps.api.rebuild();
      if (step.network === 'down' && up) {
        listener({ type: 'network', up: (up = false), detail: result.failure.text });
      }
      await holdOff(step.waitMs, step.asked);
    }
  }

  async function holdOff(ms: number, onPurpose: boolean): Promise<void> {
    heldOff = onPurpose;
    await pause(ms, abort.signal);
    heldOff = false;
  }

  function endFault(step: { do: 'conflict' | 'webhook'; text: string } | { do: 'unauthorized' }): Fault {
    switch (step.do) {
      case 'conflict':
        return fault('POLL_CONFLICT', { text: step.text });
      case 'webhook':
        return fault('WEBHOOK_SET', { text: step.text });
      case 'unauthorized':
        return fault('TOKEN_REFUSED', { file: deps.envFile });
    }
  }

  /** Until the batch is on disk nothing is confirmed: Telegram keeps it. */
  async function storeWhenPossible(batch: unknown[], listener: (event: PollEvent) => void): Promise<void> {
    let full = false;
    while (!abort.signal.aborted) {
      try {
        const fresh = store(batch);
        if (full) listener({ type: 'full', full: false });
        if (fresh > 0) listener({ type: 'stored', fresh });
        // What carries no id confirms nothing: the same comes again at once.
        if (!storedSinceConfirm) await pause(NO_ID_WAIT_MS, abort.signal);
        return;
      } catch (error) {
        if (!(error instanceof FaultError && error.fault.code === 'STORE_FULL')) throw error;
        if (!full) {
          full = true;
          deps.log('error', error.fault.what);
          listener({ type: 'full', full: true });
        }
        await holdOff(FULL_WAIT_MS, true);
      }
    }
  }

  return {
    start(listener) {
      running = loop(listener).catch((error: unknown) => {
        listener({
          type: 'ended',
          fault: error instanceof FaultError ? error.fault : fault('UNEXPECTED', { reason: reasonOf(error) }),
        });
      });
    },
    async once() {
      let total = 0;
      for (;;) {
        const result = await fetch(0);
        if (!result.ok) {
          const { failure } = result;
          if (failure.kind === 'refused' && failure.reason === 'unauthorized')
            throw new FaultError(endFault({ do: 'unauthorized' }));
          if (failure.kind === 'refused' && (failure.reason === 'conflict' || failure.reason === 'webhook')) {
            throw new FaultError(endFault({ do: failure.reason, text: failure.text }));
          }
          throw new FaultError(fault('NETWORK_DOWN', { url: 'the Bot API', reason: failure.text }));
        }
        if (result.value.length === 0) {
          storedSinceConfirm = false;
          return total;
        }
        total += store(result.value);
        if (!storedSinceConfirm) return total; // nothing of it could be confirmed: it would come again for ever
      }
    },
    async stop() {
      abort.abort();
      await running;
      if (!storedSinceConfirm) return;
      // Confirms the last batch, so that the next start need not skip it; anything new that it brings is stored.
      const result = await ask(0, AbortSignal.timeout(CONFIRM_MS));
      if (result.ok && result.value.length > 0) store(result.value);
    },
    lastPollAt: () => lastPollAt,
    answers: () => answers,
    heldOff: () => heldOff,
  };
}

/** A stopping worker waits this long for its last offset to be confirmed, ms; unconfirmed is only repeated, never lost. */
const CONFIRM_MS = 1_500;
