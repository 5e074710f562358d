/** Quotes an argument for a POSIX shell. */
export function shellQuote(argument: string): string {
  return `'${argument.replace(/'/g, `'\\''`)}'`;
}

/** As {@link shellQuote}, but without quotes where none are needed: for a command that a user reads. */
export function shellWord(argument: string): string {
  return /^[\w./@+-]+$/.test(argument) ? argument : shellQuote(argument);
}
