import type { MonotonicClock } from '@ccbot/shared/clock';
import type { LogFn } from '@ccbot/shared/log/logger';
import { FaultError, fault, reasonOf, type Fault } from '@ccbot/shared/faults/fault';
import { redact } from '@ccbot/shared/log/redact';
import { adviceOf, type Way } from '@ccbot/shared/net/advice';
import type { TroubleCode, Trouble } from '@ccbot/shared/net/classify';
import { pause } from '@ccbot/shared/pause';
import type { ApiResult, BotApi, SendFailure } from './api';
import { decidePoll, isAnswer, type PollStep } from './decide';

/** What we ask Telegram for; anything else would only be thrown away. */
export const ALLOWED_UPDATES = ['message', 'edited_message', 'callback_query'] as const;

/** How long Telegram holds a poll open, s; 50 is what Telegram's own libraries use. */
const HOLD_SEC = 50;

/** A poll without an answer this long after its hold is dead, ms. */
const SLACK_MS = 15_000;

/** Time between two attempts to store a batch while the disk is full, ms. */
const FULL_WAIT_MS = 5_000;

/** Time before the next poll after a batch that confirms nothing, ms. */
const NO_ID_WAIT_MS = 1_000;

/** A stopping worker waits this long for its last offset to be confirmed, ms. Telegram repeats what is not confirmed, so nothing is lost. */
const CONFIRM_MS = 1_500;

/** An update as Telegram sent it. Only its id is checked. */
export interface RawUpdate {
  readonly update_id: number;
}

/**
 * Stores what the loop fetches. Each poll confirms to Telegram every update before `nextOffset`, and Telegram then
 * deletes them: an update must be on disk, safe from a power cut, before `add` returns.
 */
export interface UpdateSink {
  /** The offset of the next poll: the id after the newest stored update, or 0 to take what Telegram has. `at` is now, ms since the epoch. */
  nextOffset(at: number): number;
  /**
   * Stores a batch that arrived `at`, ms since the epoch: all of it or nothing. Returns how many updates were new:
   * Telegram repeats what was not confirmed. Throws a {@link FaultError} `STORE_FULL` while the disk is full, and
   * {@link PermitEnded} when this process may not store it any more. When `stopping` aborts, a sink that takes long throws
   * that too, although it has stored a part: the next process is told of the whole batch again.
   */
  add(batch: readonly RawUpdate[], at: number, stopping: AbortSignal): number | Promise<number>;
}

/** A batch that came too late: another process polls by now, and Telegram gives it the same updates. */
export class PermitEnded extends Error {}

/** Says whether this process may poll, where several machines share a bot. */
export interface PollPermit {
  /** Resolves when polls are allowed, or when `signal` aborts. */
  wait(signal: AbortSignal): Promise<void>;
  /** How long a poll that begins now may stay open, ms; 0 or less: there may be none. */
  leftMs(): number;
}

/** One machine alone may always poll. */
const ALWAYS: PollPermit = { wait: () => Promise.resolve(), leftMs: () => Infinity };

/** A poll ends at least this long before the permit, ms: for the way to Telegram and back. */
const PERMIT_MARGIN_MS = 1_000;

/** Time before the next look at a permit that is too short for a poll, ms. */
const PERMIT_WAIT_MS = 200;

export type PollEvent =
  /** A batch is on disk. */
  | { type: 'stored'; fresh: number }
  /** The first poll of this process completed. */
  | { type: 'ready' }
  | { type: 'network'; up: boolean; detail: string }
  /** The disk is full, or has room again. */
  | { type: 'full'; full: boolean }
  /** The loop has ended: polling again cannot help, or another poller is active. */
  | { type: 'ended'; fault: Fault };

type Listener = (event: PollEvent) => void;

export interface PollDeps {
  api: BotApi;
  updates: UpdateSink;
  /** Where the polls go, and where the user corrects that: for advice. */
  way: Way;
  clock: MonotonicClock;
  /** Absent: it may always poll. */
  permit?: PollPermit;
  log: LogFn;
}

/** The long-poll loop: fetches, stores, and only then confirms. It handles nothing. */
export interface Poll {
  /**
   * `isHandled`: resolves when what is stored is handled. Until then only the first poll is made, which returns
   * immediately: a poll that Telegram holds is for whoever can answer.
   */
  start(listener: Listener, isHandled?: Promise<unknown>): void;
  /** Fetches everything that waits, without holding a poll open. Throws a {@link FaultError} when Telegram cannot be asked. */
  once(): Promise<number>;
  /** Stops the loop immediately and confirms what is stored. */
  stop(): Promise<void>;
  /** When a `getUpdates` last completed, ms since the epoch. */
  lastPollAt(): number | null;
  /** How many polls Telegram has answered, refusals and its own troubles included. */
  answers(): number;
  /** True while the loop waits because a 429 asks for it, or because the disk is full. */
  heldOff(): boolean;
  /** True while a batch is being stored: Telegram is asked again afterwards. */
  isStoring(): boolean;
  /** Why polls fail; null while they succeed. */
  trouble(): PollTrouble | null;
  /** The last time that polls failed for longer than a moment; null: they never did. */
  lastOutage(): Outage | null;
}

/** A time without polls, ms since the epoch. */
export interface Outage {
  code: TroubleCode;
  since: number;
  until: number;
}

/** Why polls fail, with what to do, and since when, ms since the epoch. */
export interface PollTrouble extends Pick<Fault, 'what' | 'todo'> {
  code: TroubleCode;
  since: number;
}

interface PollState {
  readonly deps: PollDeps;
  readonly permit: PollPermit;
  readonly stopping: AbortController;
  running: Promise<void> | undefined;
  lastPollAt: number | null;
  answers: number;
  heldOff: boolean;
  isStoring: boolean;
  trouble: PollTrouble | null;
  /** When polls began to fail, ms since the epoch; null while they succeed. */
  failingSince: number | null;
  lastOutage: Outage | null;
  /** The last batch is stored, and no later poll has confirmed it. */
  isUnconfirmed: boolean;
}

/** One run of the loop. */
interface Loop {
  readonly poll: PollState;
  readonly listener: Listener;
  /** When it began, or was last allowed to poll. */
  startedAt: number;
  /** Failed polls in a row. */
  failures: number;
  /** When a poll began that broke off, while Telegram may still hold it. */
  brokenSince: number | null;
  isUp: boolean;
  /** A poll succeeded since `startedAt`. */
  isFetching: boolean;
  isReady: boolean;
}

/** Calls Telegram only after `start` or `once`. */
export function createPoll(deps: PollDeps): Poll {
  const state: PollState = {
    deps,
    permit: deps.permit ?? ALWAYS,
    stopping: new AbortController(),
    running: undefined,
    lastPollAt: null,
    answers: 0,
    heldOff: false,
    isStoring: false,
    trouble: null,
    failingSince: null,
    lastOutage: null,
    isUnconfirmed: false,
  };
  return {
    start(listener, isHandled = Promise.resolve()) {
      state.running = runLoop(state, listener, isHandled).catch((error: unknown) =>
        listener({ type: 'ended', fault: faultOf(error) }),
      );
    },
    once: () => fetchAll(state),
    stop: () => stop(state),
    lastPollAt: () => state.lastPollAt,
    answers: () => state.answers,
    heldOff: () => state.heldOff,
    isStoring: () => state.isStoring,
    trouble: () => state.trouble,
    lastOutage: () => state.lastOutage,
  };
}

async function runLoop(poll: PollState, listener: Listener, isHandled: Promise<unknown>): Promise<void> {
  const loop: Loop = {
    poll,
    listener,
    startedAt: poll.deps.clock.monotonicMs(),
    failures: 0,
    brokenSince: null,
    isUp: true,
    isFetching: false,
    isReady: false,
  };
  const { signal } = poll.stopping;
  while (!signal.aborted) {
    const leftMs = poll.permit.leftMs();
    if (leftMs <= 0) {
      await waitForPermit(loop);
      continue;
    }
    // The first poll, and the first after a failure, returns immediately: we learn, and report, that polling works
    // without waiting for a message.
    const isFirst = !loop.isFetching || loop.failures > 0;
    if (leftMs < 2 * PERMIT_MARGIN_MS && !isFirst) {
      await pause(PERMIT_WAIT_MS, signal);
      continue;
    }
    const holdSec = isFirst ? 0 : Math.min(HOLD_SEC, Math.floor((leftMs - PERMIT_MARGIN_MS) / 1_000));
    const end = await pollOnce(loop, holdSec);
    if (end !== undefined) return listener({ type: 'ended', fault: end });
    if (loop.isFetching) await eitherOf(isHandled, signal);
  }
}

/** Resolves when the promise does, or the signal is aborted. Leaves no listener behind. */
async function eitherOf(promise: Promise<unknown>, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const done = new AbortController();
  const aborted = new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { signal: done.signal });
  });
  await Promise.race([promise, aborted]);
  done.abort();
}

/** Another machine may have polled meanwhile, and Telegram may still hold its last poll. */
async function waitForPermit(loop: Loop): Promise<void> {
  const { permit, stopping, deps } = loop.poll;
  await permit.wait(stopping.signal);
  loop.startedAt = deps.clock.monotonicMs();
  loop.failures = 0;
  loop.isFetching = false;
  endTrouble(loop.poll);
}

/** Returns the fault that ends the loop, if there is one. */
async function pollOnce(loop: Loop, holdSec: number): Promise<Fault | undefined> {
  const { poll } = loop;
  const { signal } = poll.stopping;
  const polledAt = poll.deps.clock.monotonicMs();
  const bounded = withinPermit(poll);
  const result = await fetchBatch(poll, holdSec, bounded.signal);
  bounded.release();
  if (result.ok) {
    await takeBatch(loop, result.value);
    return undefined;
  }
  if (signal.aborted) return undefined;
  if (result.failure.kind === 'unknown' && holdSec > 0) loop.brokenSince = polledAt;
  // We broke it off ourselves, or its failure is of no interest any more.
  const isOurs = bounded.signal.aborted || poll.permit.leftMs() <= 0;
  return isOurs ? undefined : afterFailure(loop, result.failure);
}

/** A signal that aborts when the loop stops, and when the permit ends, however often it was extended before. */
function withinPermit({ permit, stopping }: PollState): { signal: AbortSignal; release(): void } {
  const leftMs = permit.leftMs();
  if (leftMs === Infinity) return { signal: stopping.signal, release: () => undefined };
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  const check = (): void => {
    const left = permit.leftMs();
    if (left <= 0) abort();
    else timer = setTimeout(check, left);
  };
  let timer = setTimeout(check, leftMs);
  stopping.signal.addEventListener('abort', abort);
  if (stopping.signal.aborted) abort();
  return {
    signal: controller.signal,
    release() {
      clearTimeout(timer);
      stopping.signal.removeEventListener('abort', abort);
    },
  };
}

async function takeBatch(loop: Loop, batch: readonly unknown[]): Promise<void> {
  loop.failures = 0;
  loop.brokenSince = null;
  endTrouble(loop.poll);
  if (!loop.isUp) loop.listener({ type: 'network', up: true, detail: 'getUpdates succeeded' });
  loop.isUp = true;
  if (!loop.isReady) loop.listener({ type: 'ready' });
  loop.isReady = true;
  loop.isFetching = true;
  if (batch.length === 0) return;
  loop.poll.isStoring = true;
  try {
    await storeWhenPossible(loop, batch);
  } finally {
    loop.poll.isStoring = false;
  }
}

/** Waits until the next attempt. Returns the fault that ends the loop, if there is one. */
async function afterFailure(loop: Loop, failure: SendFailure): Promise<Fault | undefined> {
  const { poll, listener } = loop;
  const { deps } = poll;
  loop.failures++;
  const now = deps.clock.monotonicMs();
  const step = decidePoll(failure, {
    failures: loop.failures,
    sinceStartMs: now - loop.startedAt,
    polledBefore: loop.isFetching,
    ...(loop.brokenSince === null ? {} : { sinceBrokenMs: now - loop.brokenSince }),
    chance: deps.clock.chance(),
  });
  if (step.do !== 'retry') return endFault(step, deps.way.file);
  const isNews = recordTrouble(poll, step.trouble);
  if (isNews || loop.failures % 10 === 0) {
    const { code, todo } = poll.trouble ?? {};
    const meta = { reason: failure.text, code, todo, failures: loop.failures, nextInMs: step.waitMs };
    deps.log('warn', 'poll failed', meta);
  }
  if (step.rebuild) deps.api.rebuild();
  if (step.network === 'down' && loop.isUp) {
    loop.isUp = false;
    listener({ type: 'network', up: false, detail: poll.trouble?.what ?? failure.text });
  }
  await holdOff(poll, step.waitMs, step.asked);
  return undefined;
}

/** Returns whether it is another trouble than before. */
function recordTrouble(poll: PollState, trouble: Trouble): boolean {
  const before = poll.trouble;
  const { clock, way } = poll.deps;
  const { what, todo } = adviceOf({ ...trouble, reason: redact(trouble.reason) }, way, clock.now());
  const isNews = before?.code !== trouble.code;
  poll.failingSince ??= clock.now();
  poll.trouble = { code: trouble.code, what, todo, since: isNews ? clock.now() : before.since };
  return isNews;
}

/** Shorter troubles are no outage, ms. */
const OUTAGE_MS = 10_000;

function endTrouble(poll: PollState): void {
  const { trouble, failingSince } = poll;
  poll.trouble = null;
  poll.failingSince = null;
  if (trouble === null || failingSince === null) return;
  const until = poll.deps.clock.now();
  if (until - failingSince >= OUTAGE_MS) poll.lastOutage = { code: trouble.code, since: failingSince, until };
}

/** Confirms nothing until the batch is on disk: Telegram keeps it. */
async function storeWhenPossible({ poll, listener }: Loop, batch: readonly unknown[]): Promise<void> {
  const { signal } = poll.stopping;
  let isFull = false;
  while (!signal.aborted) {
    try {
      const fresh = await storeBatch(poll, batch);
      if (isFull) listener({ type: 'full', full: false });
      if (fresh > 0) listener({ type: 'stored', fresh });
      // A batch without ids confirms nothing, and Telegram sends it again immediately.
      if (!poll.isUnconfirmed) await pause(NO_ID_WAIT_MS, signal);
      return;
    } catch (error) {
      if (error instanceof PermitEnded) {
        poll.isUnconfirmed = false;
        return;
      }
      if (!(error instanceof FaultError && error.fault.code === 'STORE_FULL')) throw error;
      if (!isFull) {
        isFull = true;
        poll.deps.log('error', error.fault.what);
        listener({ type: 'full', full: true });
      }
      await holdOff(poll, FULL_WAIT_MS, true);
    }
  }
}

async function holdOff(poll: PollState, ms: number, onPurpose: boolean): Promise<void> {
  poll.heldOff = onPurpose;
  await pause(ms, poll.stopping.signal);
  poll.heldOff = false;
}

async function fetchAll(poll: PollState): Promise<number> {
  let total = 0;
  for (;;) {
    const result = await fetchBatch(poll, 0);
    if (!result.ok) throw new FaultError(onceFault(result.failure, poll.deps));
    if (result.value.length === 0) {
      poll.isUnconfirmed = false;
      return total;
    }
    total += await storeBatch(poll, result.value);
    // A batch without ids cannot be confirmed: Telegram would send it again forever.
    if (!poll.isUnconfirmed) return total;
  }
}

async function stop(poll: PollState): Promise<void> {
  poll.stopping.abort();
  await poll.running;
  const leftMs = Math.min(CONFIRM_MS, poll.permit.leftMs());
  if (!poll.isUnconfirmed || leftMs <= 0) return;
  // Confirms the last batch, so that the next start need not skip it. Anything new in the answer is stored.
  const result = await getUpdates(poll, 0, AbortSignal.timeout(Math.ceil(leftMs)));
  if (!result.ok || result.value.length === 0) return;
  try {
    await storeBatch(poll, result.value);
  } catch (error) {
    if (error instanceof PermitEnded) return;
    // Telegram keeps what was not stored.
    poll.deps.log('warn', 'last batch not stored', { reason: reasonOf(error) });
  }
}

async function fetchBatch(
  poll: PollState,
  holdSec: number,
  signal?: AbortSignal,
): Promise<ApiResult<unknown[]>> {
  const result = await getUpdates(poll, holdSec, signal);
  if (result.ok) poll.lastPollAt = poll.deps.clock.now();
  if (result.ok || isAnswer(result.failure)) poll.answers++;
  return result;
}

function getUpdates(
  { deps }: PollState,
  holdSec: number,
  signal: AbortSignal | undefined,
): Promise<ApiResult<unknown[]>> {
  return deps.api.call<unknown[]>(
    'getUpdates',
    {
      offset: deps.updates.nextOffset(deps.clock.now()),
      timeout: holdSec,
      limit: 100,
      allowed_updates: ALLOWED_UPDATES,
    },
    { timeoutMs: holdSec * 1_000 + SLACK_MS, ...(signal === undefined ? {} : { signal }) },
  );
}

/** Returns how many updates were new. An update without an id cannot be confirmed: it is logged and skipped. */
function storeBatch(poll: PollState, batch: readonly unknown[]): number | Promise<number> {
  const { deps } = poll;
  const known = batch.filter(hasId);
  for (let skipped = known.length; skipped < batch.length; skipped++)
    deps.log('error', 'update without id skipped');
  poll.isUnconfirmed = known.length > 0;
  return deps.updates.add(known, deps.clock.now(), poll.stopping.signal);
}

function hasId(raw: unknown): raw is RawUpdate {
  return Number.isSafeInteger((raw as Partial<RawUpdate> | null | undefined)?.update_id);
}

function endFault(step: Exclude<PollStep, { do: 'retry' }>, envFile: string): Fault {
  switch (step.do) {
    case 'conflict':
      return fault('POLL_CONFLICT', { text: step.text });
    case 'webhook':
      return fault('WEBHOOK_SET', { text: step.text });
    case 'unauthorized':
      return fault('TOKEN_REFUSED', { file: envFile });
  }
}

function onceFault(failure: SendFailure, { way, clock }: PollDeps): Fault {
  if (failure.kind === 'refused') {
    const { reason, text } = failure;
    if (reason === 'unauthorized') return endFault({ do: 'unauthorized' }, way.file);
    if (reason === 'conflict' || reason === 'webhook') return endFault({ do: reason, text }, way.file);
  }
  return adviceOf(failure.trouble ?? { code: 'NETWORK_DOWN', reason: failure.text }, way, clock.now());
}

function faultOf(error: unknown): Fault {
  return error instanceof FaultError ? error.fault : fault('UNEXPECTED', { reason: reasonOf(error) });
}
