import { delimiter, isAbsolute } from 'node:path';

/** fnm's directory of one shell. Its `bin` is a link to an installed version, and it is removed with the shell. */
const FNM_SHELL = /(?:^|\/)fnm_multishells\//;

/** What npm puts in front of `PATH` while it runs a script. */
const OF_NPM = /\/node_modules\/\.bin$|\/node-gyp-bin$/;

/** A `PATH` without what npm added, which is of another project than the one that a session works in. */
export function searchPathWithoutNpm(path: string): string {
  return path
    .split(delimiter)
    .filter((entry) => !OF_NPM.test(entry))
    .join(delimiter);
}

export interface PathFacts {
  /** Whether npm runs this program. */
  isUnderNpm: boolean;
  /** Where a path really leads; null if it leads nowhere. */
  resolve(path: string): string | null;
}

/** The `PATH` for a service: entries that end with this shell are replaced by what they lead to, or left out. */
export function searchPathForService(path: string, { isUnderNpm, resolve }: PathFacts): string {
  const entries = (isUnderNpm ? searchPathWithoutNpm(path) : path)
    .split(delimiter)
    .filter((entry) => isAbsolute(entry))
    .flatMap((entry) => {
      if (FNM_SHELL.test(entry)) return resolve(entry) ?? [];
      return isTemporary(entry) ? [] : entry;
    });
  return [...new Set(entries)].join(delimiter);
}

/** Directories that the system empties, and names of sockets that end with a connection. */
export function isTemporary(path: string): boolean {
  return /^\/(?:tmp|var\/tmp|private\/tmp|dev\/shm)(?:\/|$)/.test(path) || path.includes('/vscode-');
}
