import { closeSync, existsSync, fstatSync, readSync, statSync } from 'node:fs';
import { shellWord } from '../cli/shell-quote';
import { openForeignSync } from '../files/foreign-file-sync';

/** A file of settings is far smaller; what lies behind this is not looked at, bytes. */
const LOOK_MAX = 64 * 1024;

/** Set, and not to an empty text. */
const HAS_TOKEN = /^\s*(?:export\s+)?TELEGRAM_BOT_TOKEN\s*=\s*["'`]?[^\s"'`#]/;

/**
 * One line about the `.env` of the working directory, if it has a bot token in it and is not the settings file. Earlier
 * versions read that file, so its owner must hear why ccbot no longer does. Null if there is nothing to say. The file may
 * be anybody's: what is in it is neither used nor shown.
 */
export function strayEnvNotice(stray: string, settingsFile: string): string | null {
  if (!isStray(stray, settingsFile)) return null;
  const moved = existsSync(settingsFile)
    ? `${settingsFile} is read instead`
    : `\`mv .env ${shellWord(settingsFile)}\``;
  return `.env in this directory has a bot token, but it is not read: settings never come from the working directory. If it is yours: ${moved}, or name it with --env-file.`;
}

function isStray(stray: string, settingsFile: string): boolean {
  let file: number;
  try {
    file = openForeignSync(stray, 'refuse');
  } catch {
    return false; // missing, a link, no file, or not ours to read
  }
  try {
    const stats = fstatSync(file);
    const settings = statSync(settingsFile, { throwIfNoEntry: false });
    if (settings?.ino === stats.ino && settings.dev === stats.dev) return false;
    const text = Buffer.alloc(LOOK_MAX);
    const length = readSync(file, text, 0, LOOK_MAX, 0);
    return text
      .toString('latin1', 0, length)
      .split('\n')
      .some((line) => HAS_TOKEN.test(line));
  } catch {
    return false; // it cannot be read, so there is nothing to move
  } finally {
    closeSync(file);
  }
}
