import { opendirSync } from 'node:fs';
import { LIST_LIMITS, type ListKind } from './limits';

/** As `namesInForeign`, but synchronous. */
export function namesInForeignSync(path: string, kind: ListKind): string[] {
  const names: string[] = [];
  try {
    const directory = opendirSync(path);
    try {
      for (let entry = directory.readSync(); entry !== null; entry = directory.readSync()) {
        names.push(entry.name);
        if (names.length >= LIST_LIMITS[kind]) break;
      }
    } finally {
      directory.closeSync();
    }
  } catch {
    // Missing, unreadable or no directory.
  }
  return names.sort();
}
