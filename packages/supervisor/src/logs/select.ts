import type { Level } from '@ccbot/shared/log/logger';
import { parseJson } from '@ccbot/shared/protocol/json';
import * as z from 'zod/mini';

export interface LogSelection {
  which: 'supervisor' | 'worker' | 'all';
  /** The number of lines to show at most. */
  lines: number;
  /** As the user wrote it, such as `15m`. */
  since?: string;
  /** The least important level to show. */
  level?: Level;
}

/** A parsed line of a log file; `raw` is the line itself. */
export interface LogLine {
  raw: string;
  /** ms since the epoch; null if the line has no time. */
  at: number | null;
  level: string;
  record: Readonly<Record<string, unknown>>;
}

const logRecord = z.looseObject({ message: z.string() });

/** Most important first. */
const LEVELS = ['error', 'warn', 'info', 'debug'];

/** A line that is no log record becomes a record with the line as its text. */
export function parseLogLine(raw: string): LogLine {
  const record = parseJson(logRecord, raw); // null for half a line, after a full disk or a crash
  if (record === null) return { raw, at: null, level: 'unknown', record: { message: raw } };
  const at = Date.parse(String(record['timestamp']));
  return { raw, at: Number.isNaN(at) ? null : at, level: String(record['level']), record };
}

/** Lines without a time or a known level pass: they may be just the ones the user is looking for. */
export function lineFilter(selection: Pick<LogSelection, 'level'>, sinceMs: number | null) {
  const most = selection.level === undefined ? LEVELS.length : LEVELS.indexOf(selection.level);
  return (line: LogLine): boolean =>
    (sinceMs === null || line.at === null || line.at >= sinceMs) && LEVELS.indexOf(line.level) <= most;
}

const UNITS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** Parses a time span before now (`15m`, `2h30m`) or a date and time. Null if it is neither. */
export function parseSince(text: string, now: number): number | null {
  const trimmed = text.trim();
  if (/^(\d+[smhdw])+$/.test(trimmed)) {
    const spans = [...trimmed.matchAll(/(\d+)([smhdw])/g)];
    return now - spans.reduce((sum, [, count, unit]) => sum + Number(count) * (UNITS[unit ?? ''] ?? 0), 0);
  }
  const at = /^\d{4}-\d{2}-\d{2}/.test(trimmed) ? Date.parse(trimmed.replace(' ', 'T')) : Number.NaN;
  return Number.isNaN(at) ? null : at;
}
