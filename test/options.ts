import { Command, InvalidArgumentError } from 'commander';

/** A command of the tests: `--help`, and a wrong word is told in one line with exit code 2. */
export function command(name: string, about: string): Command {
  return new Command(name)
    .description(about)
    .helpOption('--help', 'print this help')
    .showHelpAfterError(`(npm run ${name} -- --help lists the options)`)
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));
}

/** Reads an option that is a number of at least `least`; `whole`: without a fraction. Throws commander's own error. */
export function number(least: number, whole = true): (text: string) => number {
  return (text) => {
    const value = /^\d/.test(text) ? Number(text) : NaN;
    if (!(value >= least) || (whole && !Number.isSafeInteger(value)))
      throw new InvalidArgumentError(`It has to be a ${whole ? 'whole ' : ''}number from ${least} on.`);
    return value;
  };
}
