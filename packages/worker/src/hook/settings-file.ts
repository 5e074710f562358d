import { mkdirSync, realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { fault, FaultError, reasonOf } from '@ccbot/shared/faults/fault';
import { readForeignSync } from '@ccbot/shared/files/foreign-file-sync';
import { whyUnread } from '@ccbot/shared/files/why-unread';
import { jsonOf } from '@ccbot/shared/protocol/json';
import { isObject, type JsonObject } from './json';
import { replaceFile } from '@ccbot/shared/files/replace-file';

/** Reads a settings file. Null when there is none. Throws a {@link FaultError} when it does not parse. */
export function readSettings(path: string): JsonObject | null {
  const text = settingsText(path);
  if (text === null) return null;
  if (text.trim() === '') return {};
  try {
    const value = jsonOf(text);
    if (!isObject(value)) throw new Error('it is not a JSON object');
    return value;
  } catch (error) {
    throw new FaultError(fault('HOOKS_SETTINGS_BROKEN', { path, reason: reasonOf(error) }));
  }
}

/** The text of a file of an agent. Null when there is none. Throws a {@link FaultError} when it cannot be read. */
export function settingsText(path: string): string | null {
  try {
    return readForeignSync(path, 'agentSettings');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new FaultError(fault('HOOKS_SETTINGS_BROKEN', { path, reason: whyUnread(error) }));
  }
}

/** As {@link replaceSettings}, with JSON. */
export function writeSettings(path: string, settings: JsonObject): void {
  replaceSettings(path, `${JSON.stringify(settings, null, 2)}\n`);
}

/** Replaces a settings file. Preserves its mode, backs up the old content, and follows a link to the real file. */
export function replaceSettings(path: string, text: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const { target, mode } = existing(path);
    if (mode !== null) replaceFile(`${target}.ccbot-backup`, readForeignSync(target, 'agentSettings'), mode);
    replaceFile(target, text, mode ?? 0o600);
  } catch (error) {
    throw new FaultError(fault('HOOKS_WRITE_FAILED', { path, reason: whyUnread(error) }));
  }
}

function existing(path: string): { target: string; mode: number | null } {
  try {
    const target = realpathSync(path);
    return { target, mode: statSync(target).mode & 0o777 };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { target: path, mode: null };
    throw error;
  }
}
