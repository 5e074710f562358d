/** Filters ccbot's log lines for the demo. */
export interface Output {
  /** Accepts output in chunks of any size. */
  take(chunk: string): void;
  /** The last lines, shown or not. */
  last(): string[];
}

/** Lines that are shown when ccbot exits on its own. */
const LAST_LINES = 15;

/** A log line: time, level, program, text. */
const LINE = /^\d{4}-\d\d-\d\d[ T][\d:.Z]+ +(\w+) +(.*)$/;

/** Shows warnings and errors without their time; when `verbose`, shows every line unchanged. */
export function createOutput(verbose: boolean, show: (line: string) => void): Output {
  const last: string[] = [];
  let partial = '';
  let isShowing = false;
  return {
    last: () => [...last],
    take(chunk) {
      const lines = (partial + chunk).split('\n');
      partial = lines.pop() ?? '';
      for (const line of lines) {
        last.push(line);
        if (last.length > LAST_LINES) last.shift();
        const [, level, text] = LINE.exec(line) ?? [];
        // Any other line continues the log line before it, such as a stack trace.
        if (level !== undefined) isShowing = level === 'warn' || level === 'error';
        if (verbose) show(line);
        else if (isShowing) show(level === undefined ? `  ${line}` : `${level}: ${text ?? ''}`);
      }
    },
  };
}
