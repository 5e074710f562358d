import { confirm, isCancel, log, password, text } from '@clack/prompts';
import { Interrupted, interruption, type Prompter } from './prompter';

/** Asks on a terminal with clack's prompts. */
export function createTerminalPrompter(): Prompter {
  const unlessCancelled = <T>(answer: T): Exclude<T, symbol> => {
    if (isCancel(answer)) throw new Interrupted();
    return answer as Exclude<T, symbol>;
  };
  return {
    isInteractive: true,
    ...interruption(),
    secret: async (message, _option, validate) =>
      unlessCancelled(await password({ message, validate: (text) => validate(text ?? '') })),
    yes: async (message, _option, usual) =>
      unlessCancelled(await confirm({ message, initialValue: usual !== 'no' })),
    // clack gives nothing for an empty line.
    text: async (message) => (unlessCancelled(await text({ message })) as string | undefined)?.trim() ?? '',
    waiting(what) {
      // Not clack's spinner, which handles Ctrl-C itself and exits the process with 0.
      log.step(`${what} … (Ctrl-C stops)`);
      return (done) => log.success(done);
    },
    say: (text) => log.message(text),
  };
}
