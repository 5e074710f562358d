import { reasonOf } from '@ccbot/shared/faults/fault';
import type { LogFn } from '@ccbot/shared/log/logger';
import type { AgentInput } from './agent-input';
import type { DeliveryQueue } from './delivery-queue';
import type { Prompt } from './model';

/**
 * When to check whether the agent has taken a text out of its input line, ms after it was typed. From the third check on,
 * Enter is pressed again if it has not: even a slow agent has drawn the text by then, and an extra Enter must never
 * reach a dialog.
 */
export const CHECKS_MS: readonly number[] = [50, 250, 1_000, 3_000, 5_000, 7_000];

/** The first check at which Enter is pressed again; at the last one it is not. */
const FIRST_PRESS = 2;

/** How long after a prompt left the line without any sign of it, ms, the user is asked. */
export const DOUBT_MS = 15_000;

/** What becomes of a submitted prompt. */
export interface SubmissionListener {
  /** The prompt left the input line. */
  onLeft(prompt: Prompt): void;
  /** It stays there for so long that Enter is pressed again. */
  onPressedAgain(prompt: Prompt): void;
  /** It stays there however often Enter is pressed. */
  onStuck(prompt: Prompt): void;
  /** It left the line some time ago, and nothing shows that the agent has it. */
  onSilence(prompt: Prompt): void;
}

export interface SubmissionDeps {
  queue: Pick<DeliveryQueue, 'isOpen'>;
  input: Pick<AgentInput, 'liveSession' | 'lineWith' | 'submit'>;
  listener: SubmissionListener;
  log: LogFn;
}

/** Watches typed prompts until the agent has taken them: by what the screen shows, never by typing them again. */
export interface Submission {
  /**
   * The prompt was submitted just now. `wasShown`: the input line showed it before; else an empty line may be one that does
   * not show it yet.
   */
  watch(prompt: Prompt, wasShown: boolean): void;
  /** The prompt was submitted by an earlier run, and is not in the line. */
  left(prompt: Prompt): void;
  /** Whether a prompt of the session is being watched. */
  watches(session: string): boolean;
  /** Whether a prompt of the session was submitted a moment ago, and nothing shows that the agent has it. */
  awaits(session: string): boolean;
  /** Resolves when no prompt of the session, or of any session, is being watched. */
  over(session?: string): Promise<void>;
  /** The agent has the prompt: checks immediately whether it left the line. */
  confirmed(prompt: number): void;
  /** The prompt waits again: nothing more is expected of its submission. */
  withdraw(prompt: number): void;
  release(session: string): void;
  stop(): void;
}

interface Watched {
  prompt: Prompt;
  /** The input line has shown it. */
  wasShown: boolean;
  /** Which check comes next. */
  check: number;
  /** Absent during a check. */
  timer?: NodeJS.Timeout | undefined;
}

interface SubmissionState extends SubmissionDeps {
  watched: Map<number, Watched>;
  /** Prompts that left the line and are not confirmed. */
  silent: Map<number, { prompt: Prompt; timer: NodeJS.Timeout }>;
  /** Called whenever a prompt is no longer watched. */
  waiters: (() => void)[];
}

/** Holds timers only for prompts that were typed a moment ago, or are not confirmed. */
export function createSubmission(deps: SubmissionDeps): Submission {
  const state: SubmissionState = { ...deps, watched: new Map(), silent: new Map(), waiters: [] };
  return {
    watch(prompt, wasShown) {
      const watched: Watched = { prompt, wasShown, check: 0 };
      state.watched.set(prompt.id, watched);
      schedule(state, watched);
    },
    left: (prompt) => left(state, prompt),
    watches: (session) => watches(state, session),
    awaits: (session) =>
      [...state.watched.values(), ...state.silent.values()].some(
        ({ prompt }) => prompt.session === session && state.queue.isOpen(prompt),
      ),
    async over(session) {
      while (watches(state, session)) await new Promise<void>((resolve) => state.waiters.push(resolve));
    },
    confirmed: (id) => confirmed(state, id),
    withdraw: (id) => forget(state, ({ prompt }) => prompt.id === id),
    release: (session) => forget(state, ({ prompt }) => prompt.session === session),
    stop: () => forget(state, () => true),
  };
}

function watches({ watched }: SubmissionState, session?: string): boolean {
  return [...watched.values()].some(({ prompt }) => session === undefined || prompt.session === session);
}

function schedule(state: SubmissionState, watched: Watched): void {
  const waitMs = (CHECKS_MS[watched.check] ?? 0) - (CHECKS_MS[watched.check - 1] ?? 0);
  watched.timer = setTimeout(() => startCheck(state, watched), waitMs);
}

function startCheck(state: SubmissionState, watched: Watched): void {
  watched.timer = undefined;
  check(state, watched).catch((error: unknown) => {
    // The window is gone, which has its own event.
    state.log('info', 'typed prompt not watched', { prompt: watched.prompt.id, reason: reasonOf(error) });
    leave(state, watched);
  });
}

async function check(state: SubmissionState, watched: Watched): Promise<void> {
  const { queue, input, listener } = state;
  const { prompt } = watched;
  const line = await input.lineWith(prompt);
  if (!isCurrent(state, watched)) return; // released meanwhile
  const isLate = watched.check >= FIRST_PRESS;
  watched.wasShown ||= line?.is === 'prompt';
  const isLast = watched.check + 1 >= CHECKS_MS.length;
  // An agent may join the next prompt to this one, if it reads both at once.
  const isAwaited = !watched.wasShown && line?.is === 'empty' && queue.isOpen(prompt) && !isLast;
  // If the line holds a prompt that the agent has, the agent gave it back, or somebody writes it at the terminal.
  const isInLine = line?.is === 'prompt' && !(isLate && !queue.isOpen(prompt));
  if (!isInLine && !isAwaited) return leave(state, watched);
  if (isLast) {
    remove(state, prompt.id);
    return listener.onStuck(prompt);
  }
  if (isLate && isInLine) {
    await pressEnter(state, prompt);
    if (!isCurrent(state, watched)) return;
  }
  watched.check++;
  schedule(state, watched);
}

function isCurrent(state: SubmissionState, watched: Watched): boolean {
  return state.watched.get(watched.prompt.id) === watched;
}

async function pressEnter({ input, listener, log }: SubmissionState, prompt: Prompt): Promise<void> {
  listener.onPressedAgain(prompt);
  log('warn', 'prompt still in the input line, pressing Enter again', { prompt: prompt.id });
  const live = input.liveSession(prompt.session);
  if (live !== undefined) await input.submit(live, prompt);
}

function leave(state: SubmissionState, watched: Watched): void {
  const { prompt } = watched;
  if (!isCurrent(state, watched)) return;
  clearTimeout(watched.timer);
  remove(state, prompt.id);
  left(state, prompt);
}

function left({ queue, listener, silent }: SubmissionState, prompt: Prompt): void {
  listener.onLeft(prompt);
  if (!queue.isOpen(prompt)) return;
  const timer = setTimeout(() => {
    silent.delete(prompt.id);
    if (queue.isOpen(prompt)) listener.onSilence(prompt);
  }, DOUBT_MS);
  silent.set(prompt.id, { prompt, timer });
}

function confirmed(state: SubmissionState, id: number): void {
  const { silent } = state;
  clearTimeout(silent.get(id)?.timer);
  silent.delete(id);
  const watched = state.watched.get(id);
  if (watched?.timer === undefined) return; // it is being checked, or is not watched
  clearTimeout(watched.timer);
  startCheck(state, watched);
}

function forget(state: SubmissionState, isOver: (of: { prompt: Prompt }) => boolean): void {
  for (const [id, submitted] of [...state.watched, ...state.silent]) {
    if (!isOver(submitted)) continue;
    clearTimeout(submitted.timer);
    state.silent.delete(id);
    remove(state, id);
  }
}

function remove({ watched, waiters }: SubmissionState, id: number): void {
  watched.delete(id);
  for (const wake of waiters.splice(0)) wake();
}
