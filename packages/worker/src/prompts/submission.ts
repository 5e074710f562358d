import type { Prompt } from './model';

/**
 * When, ms after the text was typed, it is looked whether the agent has taken it out of its input line. From the third
 * look on, Enter is pressed again where it has not: an agent that is slow to draw has long drawn by then, and an Enter
 * too many must never meet a dialog.
 */
export const LOOKS_MS: readonly number[] = [50, 250, 1_000, 3_000, 5_000, 7_000];

/** The first look at which Enter is pressed again; at the last one nothing is pressed any more. */
const FIRST_PRESS = 2;

/** How long after it left the line a prompt may be without any sign of it, ms, before the person is asked. */
export const DOUBT_MS = 15_000;

/** What watching needs. */
export interface SubmissionDeps {
  /** Whether the agent was seen to have the prompt. */
  confirmed(prompt: Prompt): boolean;
  /** Whether the prompt still stands in the input line; null: there is no such line. Throws where the window is gone. */
  stands(prompt: Prompt): Promise<boolean | null>;
  /** Presses the submitting key once more. */
  press(prompt: Prompt): Promise<void>;
  /** The prompt left the input line. */
  onLeft(prompt: Prompt): void;
  /** It stands there however often Enter is pressed. */
  onStuck(prompt: Prompt): void;
  /** It left the line some time ago, and nothing tells that the agent has it. */
  onSilence(prompt: Prompt): void;
  log(level: 'info' | 'warn' | 'error', text: string, meta?: Record<string, unknown>): void;
}

/** Watches typed prompts until the agent has taken them: by what is seen, never by typing them again. */
export interface Submission {
  /** The prompt was typed and submitted just now. */
  watch(prompt: Prompt): void;
  /** Whether a prompt of the session is still being watched. */
  watches(session: string): boolean;
  /** Resolves when no prompt of the session, or of any, is being watched. */
  over(session?: string): Promise<void>;
  /** The agent has the prompt: that it left the line can be seen at once. */
  confirmed(prompt: number): void;
  release(session: string): void;
  stop(): void;
}

interface Watched {
  prompt: Prompt;
  /** Which look comes next. */
  look: number;
  /** Whether it was seen in the line. */
  seen: boolean;
  /** Absent while it looks. */
  timer?: NodeJS.Timeout | undefined;
}

/** Makes the watching; it holds timers only for prompts that were typed a moment ago, or are not confirmed. */
export function createSubmission(deps: SubmissionDeps): Submission {
  const watched = new Map<number, Watched>();
  const silent = new Map<number, { prompt: Prompt; timer: NodeJS.Timeout }>();
  const waiters: (() => void)[] = [];

  function remove(id: number): void {
    watched.delete(id);
    for (const wake of waiters.splice(0)) wake();
  }

  const watches = (session?: string): boolean =>
    [...watched.values()].some(({ prompt }) => session === undefined || prompt.session === session);

  function look(own: Watched): void {
    own.timer = undefined;
    check(own).catch((error: unknown) => {
      // The window is gone; its own event says so.
      deps.log('info', 'a typed prompt could not be watched', {
        prompt: own.prompt.id,
        error: String(error),
      });
      leave(own);
    });
  }

  function schedule(own: Watched): void {
    const wait = (LOOKS_MS[own.look] ?? 0) - (LOOKS_MS[own.look - 1] ?? 0);
    own.timer = setTimeout(() => look(own), wait);
  }

  async function check(own: Watched): Promise<void> {
    const { prompt } = own;
    const stands = await deps.stands(prompt);
    if (watched.get(prompt.id) !== own) return; // released meanwhile
    if (stands === null) return leave(own);
    const late = own.look >= FIRST_PRESS;
    // One that the agent has and that stands there still was given back, or is written anew at the desk.
    const confirmed = deps.confirmed(prompt);
    // A text that was never seen there may not be drawn yet: the next one, typed now, would be appended to it.
    if (stands ? late && confirmed : late || own.seen || confirmed) return leave(own);
    own.seen ||= stands;
    if (own.look + 1 >= LOOKS_MS.length) {
      remove(prompt.id);
      return deps.onStuck(prompt);
    }
    if (late) {
      deps.log('warn', 'a prompt stands in the input line; Enter is pressed again', { prompt: prompt.id });
      await deps.press(prompt);
      if (watched.get(prompt.id) !== own) return;
    }
    own.look++;
    schedule(own);
  }

  function leave(own: Watched): void {
    const { prompt } = own;
    if (watched.get(prompt.id) !== own) return;
    clearTimeout(own.timer);
    remove(prompt.id);
    deps.onLeft(prompt);
    if (deps.confirmed(prompt)) return;
    const timer = setTimeout(() => {
      silent.delete(prompt.id);
      if (!deps.confirmed(prompt)) deps.onSilence(prompt);
    }, DOUBT_MS);
    silent.set(prompt.id, { prompt, timer });
  }

  function forget(session?: string): void {
    for (const [id, { prompt, timer }] of [...watched, ...silent]) {
      if (session !== undefined && prompt.session !== session) continue;
      clearTimeout(timer);
      silent.delete(id);
      remove(id);
    }
  }

  return {
    watch(prompt) {
      const own: Watched = { prompt, look: 0, seen: false };
      watched.set(prompt.id, own);
      schedule(own);
    },
    watches,
    async over(session) {
      while (watches(session)) await new Promise<void>((resolve) => waiters.push(resolve));
    },
    confirmed(id) {
      clearTimeout(silent.get(id)?.timer);
      silent.delete(id);
      const own = watched.get(id);
      if (own?.timer === undefined) return; // it looks just now, or is not watched
      clearTimeout(own.timer);
      look(own);
    },
    release: (session) => forget(session),
    stop: () => forget(),
  };
}
