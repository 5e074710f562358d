import type { Level, Log } from '@ccbot/shared/log/logger';

/** A line of the worker's output as a record of the log. */
export interface OutputRecord {
  level: Level;
  text: string;
  meta: Record<string, unknown>;
}

const LEVELS: readonly string[] = ['error', 'warn', 'info', 'debug'] satisfies Level[];

/**
 * Reads one line of output. The worker logs JSON lines on stdout when it is supervised; whatever else comes, a
 * native crash or a warning of Node's, is kept as it is.
 */
export function recordOf(stream: 'stdout' | 'stderr', line: string): OutputRecord {
  if (line.startsWith('{')) {
    try {
      const { level, message, ...meta } = JSON.parse(line) as Record<string, unknown>;
      if (typeof level === 'string' && LEVELS.includes(level) && typeof message === 'string') {
        return { level: level as Level, text: message, meta };
      }
    } catch {
      // Not a record: kept as text below.
    }
  }
  return { level: stream === 'stderr' ? 'error' : 'info', text: line, meta: { stream } };
}

/** What becomes of the worker's output. */
export interface OutputSink {
  line(stream: 'stdout' | 'stderr', line: string): void;
  /** The last line that tells of a trouble, for the end's report; empty when there was none. */
  lastWords(): string;
}

/** Writes the worker's output to its log. `redact` takes out of the last words what must not be shown. */
export function createOutputSink(log: Log, redact: (text: string) => string): OutputSink {
  let lastError = '';
  return {
    line(stream, line) {
      if (line.trim() === '') return;
      const record = recordOf(stream, line);
      log(record.level, record.text, record.meta);
      // A stack's own lines, V8's too, and an error's properties say less than what stands above them.
      const stack = /^\s|^\d+: 0x|^-{3,}|^[{}[\]^]+$|^Node\.js v/.test(line);
      if (record.level === 'error' && !stack) lastError = record.text.trim();
    },
    lastWords: () => redact(lastError),
  };
}
