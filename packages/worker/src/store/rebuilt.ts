import type { Salvaged } from './salvage';
import type { Settings } from './settings';

/** That the database had to be made anew, kept in the new one until the people have been told. */
export interface Rebuilt {
  /** When the old one was last written to, ms since the epoch: what happened since then nobody was told of. */
  since: number;
  /** What happened and where the old one is, in English: all that an earlier version wrote, and reads. */
  text: string;
  /** The same as data, for every language; absent in what an earlier version wrote. */
  of?: { path: string; reason: string; aside: string };
  /** What could be taken over from the old one; absent in what an earlier version wrote. */
  salvaged?: Salvaged;
}

const SCOPE = 'store';
const KEY = 'rebuilt';

/** What is still to be told of a rebuilding; undefined: nothing. */
export function rebuiltOf(settings: Settings): Rebuilt | undefined {
  const value = settings.get(SCOPE, KEY);
  return value === undefined || value === '' ? undefined : (JSON.parse(value) as Rebuilt);
}

/** Keeps it, or (undefined) forgets it once it is told. */
export function keepRebuilt(settings: Settings, rebuilt: Rebuilt | undefined): void {
  settings.set(SCOPE, KEY, rebuilt === undefined ? '' : JSON.stringify(rebuilt));
}
