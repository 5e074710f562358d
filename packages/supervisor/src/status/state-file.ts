import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { Report } from './report';

/** Keeps the last report on disk, replaced whole. Returns the error instead of throwing it: a full disk must not end the supervisor. */
export function writeReport(path: string, report: Report): Error | null {
  const next = `${path}.new`; // only the holder of the lock writes it
  try {
    writeFileSync(next, `${JSON.stringify(report)}\n`, { mode: 0o600 });
    renameSync(next, path);
    return null;
  } catch (error) {
    return error as Error;
  }
}

/** The report that a supervisor left; null when there is none that can be read. */
export function readReport(path: string): Report | null {
  try {
    const value = JSON.parse(readFileSync(path, 'utf8')) as Partial<Report> | null;
    return value?.v === 1 && typeof value.supervisor?.pid === 'number' ? (value as Report) : null;
  } catch {
    return null; // never ran here, or the file is not ours: nothing is known
  }
}
