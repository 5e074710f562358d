/** The person gave up, by Ctrl-C or at the end of input. */
export class GaveUp extends Error {}

/** Something has to be asked and nobody can be: it says which option answers it. */
export class NobodyToAsk extends Error {}

/** Listens for the Ctrl-C of a person from now on, until it is closed. */
export function interruption(): Pick<Asker, 'gaveUp' | 'close'> {
  let giveUp: (error: GaveUp) => void = () => undefined;
  const gaveUp = new Promise<never>((_, reject) => (giveUp = reject));
  gaveUp.catch(() => undefined); // whoever waits hears of it; between two waits nobody does
  const onInterrupt = (): void => giveUp(new GaveUp());
  process.on('SIGINT', onInterrupt);
  return { gaveUp, close: () => void process.off('SIGINT', onInterrupt) };
}

/** Who answers the questions of `ccbot init`: a person at a terminal, or nobody. Each throws {@link GaveUp} or {@link NobodyToAsk}. */
export interface Asker {
  /** Whether somebody sees what is asked. A stranger must not get in because a script says yes to everything. */
  readonly person: boolean;
  /** Hidden input. `wrong` says what is wrong with an answer, or nothing. */
  secret(question: string, option: string, wrong: (answer: string) => string | undefined): Promise<string>;
  yes(question: string, option: string): Promise<boolean>;
  /** Something goes on; call the result when it is over. */
  waiting(what: string): (done: string) => void;
  /** Resolves when the person gives up while something is waited for. */
  readonly gaveUp: Promise<never>;
  say(text: string): void;
  /** All is asked: from now on Ctrl-C ends the program as it ends any other. */
  close(): void;
}

/** For scripts: nobody is asked; `sure` stands for every yes. */
export function createScriptAsker(sure: boolean, write: (text: string) => void): Asker {
  return {
    person: false,
    secret: (question, option) => Promise.reject(new NobodyToAsk(`${question}: say it by ${option}`)),
    yes: (question, option) =>
      sure
        ? Promise.resolve(true)
        : Promise.reject(new NobodyToAsk(`${question}: say it by ${option}, or by --yes`)),
    waiting(what) {
      write(`${what} …`);
      return write;
    },
    gaveUp: new Promise<never>(() => undefined), // nobody is there to give up
    say: write,
    close: () => undefined,
  };
}
