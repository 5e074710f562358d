/** What the demo shows of the log lines of ccbot. */
export interface Output {
  /** Takes what a program printed, in pieces of any size. */
  take(chunk: string): void;
  /** The last lines, shown or not. */
  last(): string[];
}

/** Lines that are remembered for an end that nobody asked for. */
const REMEMBERED = 15;

/** A log line: time, level, program, words. */
const LINE = /^\d{4}-\d\d-\d\d[ T][\d:.Z]+ +(\w+) +(.*)$/;

/** Shows warnings and errors without their time, and everything as it is when `all` is set. */
export function createOutput(all: boolean, show: (line: string) => void): Output {
  const last: string[] = [];
  let half = '';
  let following = false;
  return {
    last: () => [...last],
    take(chunk) {
      const lines = (half + chunk).split('\n');
      half = lines.pop() ?? '';
      for (const line of lines) {
        last.push(line);
        if (last.length > REMEMBERED) last.shift();
        const [, level, words] = LINE.exec(line) ?? [];
        // A line that is no log line belongs to the one before: the rest of its words, or a stack.
        if (level !== undefined) following = level === 'warn' || level === 'error';
        if (all) show(line);
        else if (following) show(level === undefined ? `  ${line}` : `${level}: ${words ?? ''}`);
      }
    },
  };
}
