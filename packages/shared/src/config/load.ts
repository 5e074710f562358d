import { readFileSync, statSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { parse } from 'dotenv';
import { fault, reasonOf, type Fault } from '../faults/fault';
import { pathsOf, type Paths } from './paths';
import { SETTINGS, type Config, type Setting, type SettingKey } from './schema';

export interface LoadFrom {
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
  home: string;
}

/** The settings with their paths, or every fault in them. */
export type Loaded =
  | {
      ok: true;
      config: Config;
      paths: Paths;
      /** Where each value came from: `the environment`, the path of a file, or `default`. */
      sources: Readonly<Record<SettingKey, string>>;
      /** The settings files that were read. */
      files: readonly string[];
    }
  | { ok: false; faults: Fault[]; paths: Paths; files: readonly string[] };

/** Required unless {@link LoadOptions.needBot} is false. */
const REQUIRED: readonly SettingKey[] = ['TELEGRAM_BOT_TOKEN', 'ALLOWED_USERS'];

export interface LoadOptions {
  /**
   * False for commands that need no bot, such as `ccbot status`. A missing token is then no fault, and both required
   * settings come out empty.
   */
  needBot?: boolean;
}

/**
 * Loads the settings. The environment wins over `.env` in the working directory, which wins over `$CCBOT_DIR/.env`,
 * which wins over the defaults. Reports all faults together, not only the first.
 */
export function loadConfig(from: LoadFrom, options: LoadOptions = {}): Loaded {
  const needBot = options.needBot ?? true;
  const faults: Fault[] = [];
  const layers: { source: string; values: Readonly<Record<string, string | undefined>> }[] = [
    { source: 'the environment', values: from.env },
  ];
  const files: string[] = [];
  const addFile = (path: string): void => {
    if (files.includes(path)) return;
    const read = readEnvFile(path);
    if (read === null) return;
    files.push(path);
    if ('values' in read) layers.push({ source: path, values: read.values });
    else faults.push(read.fault);
  };
  const find = (key: string): { text: string; source: string } | undefined => {
    for (const { values, source } of layers) {
      const value = values[key];
      if (value !== undefined && value.trim() !== '') return { text: value, source };
    }
    return undefined;
  };

  addFile(join(from.cwd, '.env'));
  const dirText = find('CCBOT_DIR')?.text ?? SETTINGS.CCBOT_DIR.default ?? '~/.ccbot';
  const paths = pathsOf(expand(dirText, from));
  addFile(paths.env);

  const config: Record<string, unknown> = {};
  const sources = {} as Record<SettingKey, string>;
  for (const key of Object.keys(SETTINGS) as SettingKey[]) {
    const setting: Setting<unknown> = SETTINGS[key];
    const found = find(key);
    const text = found?.text ?? setting.default;
    sources[key] = found?.source ?? 'default';
    if (text === undefined) {
      config[key] = key === 'ALLOWED_USERS' ? [] : '';
      if (needBot && REQUIRED.includes(key)) {
        const places = [...new Set([join(from.cwd, '.env'), paths.env])].join(', ');
        faults.push(
          fault(key === 'TELEGRAM_BOT_TOKEN' ? 'TOKEN_MISSING' : 'USERS_MISSING', {
            places,
            file: paths.env,
          }),
        );
      }
      continue;
    }
    try {
      config[key] = setting.read(text);
    } catch (error) {
      faults.push(fault('SETTING_INVALID', { key, why: reasonOf(error), source: sources[key] }));
    }
  }
  if (faults.length > 0) return { ok: false, faults, paths, files };
  config['CCBOT_DIR'] = paths.dir;
  return { ok: true, config: config as Config, paths, sources, files };
}

function expand(path: string, from: LoadFrom): string {
  const trimmed = path.trim();
  if (trimmed === '~' || trimmed.startsWith('~/')) return join(from.home, trimmed.slice(1));
  return isAbsolute(trimmed) ? resolve(trimmed) : resolve(from.cwd, trimmed);
}

/** A real settings file is smaller than this, bytes. */
const ENV_FILE_MAX = 1_000_000;

/** Null when the file does not exist. */
function readEnvFile(path: string): { values: Record<string, string> } | { fault: Fault } | null {
  try {
    const { mode, size } = statSync(path);
    if (size > ENV_FILE_MAX)
      return { fault: fault('ENV_UNREADABLE', { path, reason: `it is ${size} bytes long` }) };
    const values = parse(readFileSync(path));
    if ((mode & 0o077) !== 0 && (values['TELEGRAM_BOT_TOKEN'] ?? '') !== '') {
      return { fault: fault('ENV_EXPOSED', { path, mode: (mode & 0o777).toString(8).padStart(4, '0') }) };
    }
    return { values };
  } catch (error) {
    if (
      (error as NodeJS.ErrnoException).code === 'ENOENT' ||
      (error as NodeJS.ErrnoException).code === 'ENOTDIR'
    )
      return null;
    return { fault: fault('ENV_UNREADABLE', { path, reason: reasonOf(error) }) };
  }
}
