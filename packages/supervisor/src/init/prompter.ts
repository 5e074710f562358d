/** The user gave up, with Ctrl-C or by closing the input. */
export class Interrupted extends Error {}

/** A question needs an answer but there is no terminal. The message names the option to use. */
export class NoTerminal extends Error {}

/** Listens for Ctrl-C until it is closed. */
export function interruption(): Pick<Prompter, 'interrupted' | 'close'> {
  let giveUp: (error: Interrupted) => void = () => undefined;
  const interrupted = new Promise<never>((_, reject) => (giveUp = reject));
  interrupted.catch(() => undefined); // only code that waits handles it; between two waits there is none
  const onInterrupt = (): void => giveUp(new Interrupted());
  process.on('SIGINT', onInterrupt);
  return { interrupted, close: () => void process.off('SIGINT', onInterrupt) };
}

/** Asks the questions of `ccbot init`. Throws {@link Interrupted} or {@link NoTerminal}. */
export interface Prompter {
  /** Whether a user sees the questions. A script that answers yes to everything must not let a stranger in. */
  readonly isInteractive: boolean;
  /** Hidden input. `validate` returns what is wrong with an answer, if anything. */
  secret(question: string, option: string, validate: (answer: string) => string | undefined): Promise<string>;
  /** `usual`: the answer of a user who only presses Enter, and of a script that answers yes to every other question. */
  yes(question: string, option: string, usual?: 'no'): Promise<boolean>;
  /** A line; may be empty. */
  text(question: string, option: string): Promise<string>;
  /** Shows that something is under way. Call the result when it is done. */
  waiting(what: string): (done: string) => void;
  /** Rejects when the user interrupts a wait. */
  readonly interrupted: Promise<never>;
  say(text: string): void;
  /** Call this after the last question. Ctrl-C then ends the program as usual. */
  close(): void;
}

/** For scripts. Without `sure`, every question throws {@link NoTerminal}. */
export function createScriptPrompter(sure: boolean, write: (text: string) => void): Prompter {
  return {
    isInteractive: false,
    secret: (question, option) => Promise.reject(new NoTerminal(`use ${option} to answer “${question}”`)),
    yes: (question, option, usual) =>
      sure || usual === 'no'
        ? Promise.resolve(usual !== 'no')
        : Promise.reject(new NoTerminal(`use ${option}, or --yes, to answer “${question}”`)),
    text: (question, option) => Promise.reject(new NoTerminal(`use ${option} to answer “${question}”`)),
    waiting(what) {
      write(`${what} …`);
      return write;
    },
    interrupted: new Promise<never>(() => undefined), // never: there is no user
    say: write,
    close: () => undefined,
  };
}
