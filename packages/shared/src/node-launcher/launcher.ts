import { constants, existsSync, lstatSync } from 'node:fs';
import { dirname } from 'node:path';
import { directoryFault, type Paths } from '../config/paths';
import type { Fault } from '../faults/fault';
import { readForeignSync } from '../files/foreign-file-sync';
import { replaceFile } from '../files/replace-file';
import { ownUid } from '../ownership/directory';
import { makeOwnDirectory } from '../ownership/make';
import { lastingPath } from './lasting-path';
import { launcherScript } from './script';

/** Writes the launcher for the Node.js that runs. Returns a fault if that is impossible. */
export function writeLauncher(
  { dir, launcher }: Pick<Paths, 'dir' | 'launcher'>,
  { home, path }: { home: string; path: string | undefined },
): Fault | null {
  const node = lastingPath(process.execPath, { home, path });
  const text = launcherScript({ node, modules: process.versions.modules, home });
  try {
    makeOwnDirectory(dir, 0o700, { link: true });
    makeOwnDirectory(dirname(launcher), 0o700, { link: false });
    if (!isWritten(launcher, text)) replaceFile(launcher, text, 0o700);
    return null;
  } catch (error) {
    return directoryFault(dirname(launcher), error);
  }
}

/** Whether the launcher is the same as at the last start, so that nothing has to wait for the disk. */
function isWritten(launcher: string, text: string): boolean {
  try {
    const { uid, mode } = lstatSync(launcher);
    const isOwn = uid === ownUid() && mode === (constants.S_IFREG | 0o700);
    return isOwn && readForeignSync(launcher, 'launcher', 'refuse') === text;
  } catch {
    return false; // none yet, or something else in its place
  }
}

/** The Node.js for `program`: the one that runs this process, or the launcher if one of the two was removed meanwhile. */
export function nodeForNow({ launcher }: Pick<Paths, 'launcher'>, program: string): string {
  return existsSync(process.execPath) && existsSync(program) ? process.execPath : launcher;
}
