import { Command, InvalidArgumentError } from 'commander';

/** A command line with `--help`; an error is printed in one line, with exit code 2. */
export function command(name: string, about: string): Command {
  return new Command(name)
    .description(about)
    .helpOption('--help', 'print this help')
    .showHelpAfterError(`(npm run ${name} -- --help lists the options)`)
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));
}

/** Returns a parser for numbers from `min` on, by default whole ones. It throws commander's error. */
export function number(min: number, whole = true): (text: string) => number {
  return (text) => {
    const value = /^\d/.test(text) ? Number(text) : NaN;
    if (!(value >= min) || (whole && !Number.isSafeInteger(value)))
      throw new InvalidArgumentError(`It must be a ${whole ? 'whole ' : ''}number, at least ${min}.`);
    return value;
  };
}
