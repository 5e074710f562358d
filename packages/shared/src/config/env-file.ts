import { closeSync, fstatSync, type Stats } from 'node:fs';
import { parse } from 'dotenv';
import { fault, type Fault } from '../faults/fault';
import { openForeignSync, readOpenedSync } from '../files/foreign-file-sync';
import { whyUnread } from '../files/why-unread';
import { octal, ownUid } from '../ownership/directory';

export type EnvFile = { values: Readonly<Record<string, string>> } | { fault: Fault };

/**
 * Reads a settings file. Null when it does not exist. Never blocks, and refuses a file that others can change, or that
 * others can read while it has the token in it.
 */
export function readEnvFile(path: string): EnvFile | null {
  try {
    const { text, stats } = readOpened(path);
    const values = parse(text);
    const mode = octal(stats.mode);
    if ((stats.mode & 0o077) !== 0 && (values['TELEGRAM_BOT_TOKEN'] ?? '') !== '')
      return { fault: fault('ENV_EXPOSED', { path, mode }) };
    if ((stats.mode & 0o022) !== 0) return { fault: fault('ENV_WRITABLE', { path, why: `mode ${mode}` }) };
    if (stats.uid !== ownUid() && stats.uid !== 0)
      return { fault: fault('ENV_WRITABLE', { path, why: `it belongs to user ${stats.uid}` }) };
    return { values };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    return { fault: fault('ENV_UNREADABLE', { path, reason: whyUnread(error) }) };
  }
}

/** The text with the status of the very file that was read. Follows links: many people link their settings. */
function readOpened(path: string): { text: string; stats: Stats } {
  const file = openForeignSync(path);
  try {
    return { text: readOpenedSync(file, path, 'env'), stats: fstatSync(file) };
  } finally {
    closeSync(file);
  }
}
