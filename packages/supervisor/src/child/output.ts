import type { Level, LogFn } from '@ccbot/shared/log/logger';
import { parseJson } from '@ccbot/shared/protocol/json';
import * as z from 'zod/mini';

export interface OutputRecord {
  level: Level;
  text: string;
  meta: Record<string, unknown>;
}

const logRecord = z.looseObject({ level: z.enum(['error', 'warn', 'info', 'debug']), message: z.string() });

/**
 * Parses one line of output. A supervised worker logs JSON lines on stdout. Anything else, such as a native crash or a
 * warning of Node, becomes a record with the line as its text.
 */
export function recordOf(stream: 'stdout' | 'stderr', line: string): OutputRecord {
  if (line.startsWith('{')) {
    const parsed = parseJson(logRecord, line);
    if (parsed !== null) {
      const { level, message, ...meta } = parsed;
      return { level, text: message, meta };
    }
  }
  return { level: stream === 'stderr' ? 'error' : 'info', text: line, meta: { stream } };
}

export interface OutputSink {
  line(stream: 'stdout' | 'stderr', line: string): void;
  /** The last line that names an error, redacted; empty if there was none. */
  lastError(): string;
}

/** Writes the worker's output to its log. */
export function createOutputSink(log: LogFn, redact: (text: string) => string): OutputSink {
  let lastError = '';
  return {
    line(stream, line) {
      if (line.trim() === '') return;
      const record = recordOf(stream, line);
      log(record.level, record.text, record.meta);
      // The lines of a stack (also V8's) and an error's properties say less than the line above them.
      const stack = /^\s|^\d+: 0x|^-{3,}|^[{}[\]^]+$|^Node\.js v/.test(line);
      if (record.level === 'error' && !stack) lastError = record.text.trim();
    },
    lastError: () => redact(lastError),
  };
}
