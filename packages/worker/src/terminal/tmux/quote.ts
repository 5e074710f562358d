/**
 * One argument for tmux's own command parser. Single quotes take everything as it is but the quote itself; a raw
 * newline would end the command (the rest would run as a command of its own), so it goes in double quotes as `\n`.
 */
export function quote(argument: string): string {
  if (/^[A-Za-z0-9_@%:.,/=+-]+$/.test(argument) && !/^[%=~-]/.test(argument)) return argument;
  const parts = argument.split('\n').map((line) => (line === '' ? '' : `'${line.replace(/'/g, `'\\''`)}'`));
  const quoted = parts.join('"\\n"');
  return quoted === '' ? "''" : quoted;
}

/** Text for an argument that tmux expands as a format: `#(…)` in a directory's name would run a command. */
export function literal(text: string): string {
  return text.replaceAll('#', '##');
}

/** A command line for the control channel. */
export function commandLine(args: readonly string[]): string {
  return args.map(quote).join(' ');
}

/** One argument for a POSIX shell. */
export function shellQuote(argument: string): string {
  return `'${argument.replace(/'/g, `'\\''`)}'`;
}
