import { confirm, isCancel, log, password } from '@clack/prompts';
import { GaveUp, type Asker } from './asker';

/** A person at a terminal. */
export function createTerminalAsker(): Asker {
  let giveUp: (error: GaveUp) => void = () => undefined;
  const gaveUp = new Promise<never>((_, reject) => (giveUp = reject));
  gaveUp.catch(() => undefined); // whoever waits hears of it; between two waits nobody does
  const onInterrupt = (): void => giveUp(new GaveUp());
  process.on('SIGINT', onInterrupt);
  const answered = <T>(answer: T): Exclude<T, symbol> => {
    if (isCancel(answer)) throw new GaveUp();
    return answer as Exclude<T, symbol>;
  };
  return {
    person: true,
    gaveUp,
    secret: async (message, _option, wrong) =>
      answered(await password({ message, validate: (text) => wrong(text ?? '') })),
    yes: async (message) => answered(await confirm({ message })),
    waiting(what) {
      // No spinner: it takes Ctrl-C for itself and ends the process as if all were well.
      log.step(`${what} … (Ctrl-C stops)`);
      return (done) => log.success(done);
    },
    say: (text) => log.message(text),
    close() {
      process.off('SIGINT', onInterrupt);
    },
  };
}
