import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { parseJson } from '@ccbot/shared/protocol/json';
import { report, type Report } from './report';

/** Replaces the report on disk. Returns an error instead of throwing it: a full disk must not stop the supervisor. */
export function writeReport(path: string, report: Report): Error | null {
  const next = `${path}.new`; // only the holder of the lock writes this file
  try {
    writeFileSync(next, `${JSON.stringify(report)}\n`, { mode: 0o600 });
    renameSync(next, path);
    return null;
  } catch (error) {
    return error as Error;
  }
}

/** The last report of a supervisor, or null if there is none or it cannot be read. */
export function readReport(path: string): Report | null {
  try {
    return parseJson(report, readFileSync(path, 'utf8'));
  } catch {
    return null; // no supervisor has run here, or the file is not readable for us
  }
}
