import { mkdirSync, realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { fault, FaultError, reasonOf } from '@ccbot/shared/faults/fault';
import { readForeignSync } from '@ccbot/shared/files/foreign-file-sync';
import { ForeignFileError } from '@ccbot/shared/files/foreign-rules';
import { jsonOf } from '@ccbot/shared/protocol/json';
import { isObject, type JsonObject } from './json';
import { replaceFile } from './replace-file';

/** Reads a settings file. Null when there is none. Throws a {@link FaultError} when it does not parse. */
export function readSettings(path: string): JsonObject | null {
  let text: string;
  try {
    text = readForeignSync(path, 'agentSettings');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new FaultError(fault('HOOKS_SETTINGS_BROKEN', { path, reason: reasonIn(error) }));
  }
  if (text.trim() === '') return {};
  try {
    const value = jsonOf(text);
    if (!isObject(value)) throw new Error('it is not a JSON object');
    return value;
  } catch (error) {
    throw new FaultError(fault('HOOKS_SETTINGS_BROKEN', { path, reason: reasonOf(error) }));
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
    throw new FaultError(fault('HOOKS_WRITE_FAILED', { path, reason: reasonIn(error) }));
  }
}

function reasonIn(error: unknown): string {
  return error instanceof ForeignFileError ? error.why : reasonOf(error);
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
