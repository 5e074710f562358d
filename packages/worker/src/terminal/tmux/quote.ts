import { shellQuote } from '@ccbot/shared/cli/shell-quote';

/**
 * Quotes an argument for tmux's own command parser. In single quotes, everything but the quote itself is literal. A raw
 * newline would end the command, and the rest would run as a command of its own, so it becomes `\n` in double quotes.
 */
export function quote(argument: string): string {
  if (/^[A-Za-z0-9_@%:.,/=+-]+$/.test(argument) && !/^[%=~-]/.test(argument)) return argument;
  const parts = argument.split('\n').map((line) => (line === '' ? '' : shellQuote(line)));
  const quoted = parts.join('"\\n"');
  return quoted === '' ? "''" : quoted;
}

/** Escapes text in an argument that tmux expands as a format: `#(…)` in a directory's name would run a command. */
export function literal(text: string): string {
  return text.replaceAll('#', '##');
}

/** A command line for the control channel. */
export function commandLine(args: readonly string[]): string {
  return args.map(quote).join(' ');
}
