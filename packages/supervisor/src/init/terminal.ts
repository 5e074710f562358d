import { confirm, isCancel, log, password } from '@clack/prompts';
import { GaveUp, interruption, type Asker } from './asker';

/** A person at a terminal. */
export function createTerminalAsker(): Asker {
  const answered = <T>(answer: T): Exclude<T, symbol> => {
    if (isCancel(answer)) throw new GaveUp();
    return answer as Exclude<T, symbol>;
  };
  return {
    person: true,
    ...interruption(),
    secret: async (message, _option, wrong) =>
      answered(await password({ message, validate: (text) => wrong(text ?? '') })),
    yes: async (message) => answered(await confirm({ message })),
    waiting(what) {
      // No spinner: it takes Ctrl-C for itself and ends the process as if all were well.
      log.step(`${what} … (Ctrl-C stops)`);
      return (done) => log.success(done);
    },
    say: (text) => log.message(text),
  };
}
