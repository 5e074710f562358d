import { join } from 'node:path';
import { fault, reasonOf, type Fault } from '../faults/fault';
import { absolutePath } from './absolute-path';
import { readEnvFile } from './env-file';
import { ENV_FILE_ENV } from './own-environment';
import { pathsOf, type Paths } from './paths';
import { SETTINGS, type Config, type Setting, type SettingKey } from './schema';
import { isSameRequest, type FoundToken, type TokenRequest } from './token';

type Values = Readonly<Record<string, string | undefined>>;

/** Where settings come from. The working directory is not part of it. */
export interface LoadFrom {
  env: Values;
  home: string;
}

/** The settings with their paths, or every fault in them. */
export type Loaded =
  | {
      ok: true;
      config: Config;
      /** `env` is the settings file: the one of `--env-file`, or `$CCBOT_DIR/.env`. */
      paths: Paths;
      /** Where each value came from: `the environment`, the path of a file, or `default`. */
      sources: Readonly<Record<SettingKey, string>>;
      /** The settings files that were read. */
      files: readonly string[];
    }
  | {
      ok: false;
      faults: Fault[];
      /** Those of the default directory while `isPlaced` is false. */
      paths: Paths;
      files: readonly string[];
      /** False if the faults leave open which `CCBOT_DIR` is meant. A command must then not look at any. */
      isPlaced: boolean;
    };

/** The source of a value from the environment. */
const ENVIRONMENT = 'the environment';
const DEFAULT = 'default';

export interface LoadOptions {
  /**
   * False for commands that need no bot, such as `ccbot status`. A missing token is then no fault, and both required
   * settings come out empty.
   */
  needBot?: boolean;
  /**
   * Finds the token that is not among the settings, without waiting for anything. Absent: if a token is needed, that is a
   * fault. {@link loadWithToken} runs a command for it.
   */
  readToken?: (request: TokenRequest) => FoundToken;
  /** True for `ccbot init`, which creates the file of `--env-file`. */
  createsFile?: boolean;
}

interface Layer {
  source: string;
  values: Values;
}

/** What is known while the settings are loaded. */
interface Loading {
  readonly layers: Layer[];
  readonly files: string[];
  readonly faults: Fault[];
  /** A settings file could not be used. What is missing may be in it, so only the file is a fault. */
  isIncomplete: boolean;
}

/** Where the settings file and everything else is. */
interface Places {
  paths: Paths;
  isPlaced: boolean;
  /** The settings that say so, and where they came from. */
  config: Pick<Config, PlaceKey>;
  sources: Pick<Record<SettingKey, string>, PlaceKey>;
}

type PlaceKey = 'CCBOT_DIR' | 'CCBOT_ENV_FILE';

/**
 * Loads the settings. The environment wins over the settings file, which wins over the defaults. The settings file is the
 * one of `--env-file` (in the environment as `CCBOT_ENV_FILE`), otherwise `$CCBOT_DIR/.env`. Reports all faults together,
 * not only the first.
 */
export function loadConfig(from: LoadFrom, options: LoadOptions = {}): Loaded {
  const loading: Loading = {
    layers: [{ source: ENVIRONMENT, values: from.env }],
    files: [],
    faults: [],
    isIncomplete: false,
  };
  const places = findPlaces(loading, from, options);
  const { paths, isPlaced } = places;
  const { values, sources } = readValues(loading, paths, from, options);
  const { files, faults } = loading;
  if (faults.length > 0) return { ok: false, faults, paths, files, isPlaced };
  const config = { ...values, ...places.config } as Config;
  return { ok: true, config, paths, files, sources: { ...sources, ...places.sources } };
}

/**
 * As {@link loadConfig}, with the token that is not among the settings. `read` may run a command that asks the user, so
 * only programs that use the token call this.
 */
export async function loadWithToken(
  from: LoadFrom,
  options: Omit<LoadOptions, 'readToken'>,
  read: (request: TokenRequest) => Promise<FoundToken>,
): Promise<Loaded> {
  let known: { request: TokenRequest; found: FoundToken } | null = null;
  for (;;) {
    const missing: TokenRequest[] = [];
    const loaded = loadConfig(from, {
      ...options,
      readToken(request) {
        if (known !== null && isSameRequest(known.request, request)) return known.found;
        missing.push(request);
        return null;
      },
    });
    const [request] = missing;
    if (request === undefined) return loaded;
    // The settings may name another command once this one has answered.
    known = { request, found: await read(request) };
  }
}

function findPlaces(loading: Loading, { home }: LoadFrom, { createsFile = false }: LoadOptions): Places {
  const { faults } = loading;
  const namedFile = find(loading, ENV_FILE_ENV);
  const file = namedFile && place(loading, 'CCBOT_ENV_FILE', namedFile, home);
  if (typeof file === 'string' && !addFile(loading, file) && !createsFile)
    refuseFile(loading, fault('ENV_FILE_MISSING', { path: file }));
  const namedDir = find(loading, 'CCBOT_DIR');
  const dir = namedDir && place(loading, 'CCBOT_DIR', namedDir, home);
  // What is wrong with the settings file may be its CCBOT_DIR.
  const isPlaced = dir !== null && (faults.length === 0 || namedDir?.source === ENVIRONMENT);
  const paths = pathsOf(dir ?? join(home, '.ccbot'), home);
  if (file === undefined && dir !== null) addFile(loading, paths.env);
  return {
    paths: typeof file === 'string' ? { ...paths, env: file } : paths,
    isPlaced,
    config: { CCBOT_DIR: paths.dir, CCBOT_ENV_FILE: file ?? '' },
    sources: {
      CCBOT_DIR: namedDir?.source ?? DEFAULT,
      CCBOT_ENV_FILE: namedFile?.source ?? DEFAULT,
    },
  };
}

/** Null, with a fault, for a relative path. */
function place({ faults }: Loading, key: PlaceKey, { text, source }: Found, home: string): string | null {
  const path = absolutePath(text, home);
  if (path === null) {
    const why = 'it must be an absolute path or begin with ~/';
    faults.push(fault('SETTING_INVALID', { key, why, source }));
  }
  return path;
}

/** False if there is no such file. */
function addFile(loading: Loading, path: string): boolean {
  const read = readEnvFile(path);
  if (read === null) return false;
  loading.files.push(path);
  if ('values' in read) loading.layers.push({ source: path, values: read.values });
  else refuseFile(loading, read.fault);
  return true;
}

function refuseFile(loading: Loading, why: Fault): void {
  loading.faults.push(why);
  loading.isIncomplete = true;
}

/** A value with the place that it came from. */
interface Found {
  text: string;
  source: string;
}

/** The first value that is not empty. */
function find({ layers }: Loading, key: string): Found | undefined {
  for (const { values, source } of layers) {
    const value = values[key];
    if (value !== undefined && value.trim() !== '') return { text: value, source };
  }
  return undefined;
}

function readValues(
  loading: Loading,
  paths: Paths,
  from: LoadFrom,
  options: LoadOptions,
): { values: Record<string, unknown>; sources: Record<SettingKey, string> } {
  const { faults } = loading;
  const { needBot = true } = options;
  const values: Record<string, unknown> = {};
  const sources = {} as Record<SettingKey, string>;
  for (const key of Object.keys(SETTINGS) as SettingKey[]) {
    const setting: Setting<unknown> = SETTINGS[key];
    const found =
      find(loading, key) ??
      find(loading, setting.alias ?? key) ??
      (key === 'TELEGRAM_BOT_TOKEN' ? tokenElsewhere(loading, paths, from, options) : undefined);
    const text = found?.text ?? setting.default;
    sources[key] = found?.source ?? DEFAULT;
    if (text === undefined) {
      values[key] = key === 'ALLOWED_USERS' ? [] : '';
      if (key === 'ALLOWED_USERS' && needBot && !loading.isIncomplete)
        faults.push(fault('USERS_MISSING', { file: paths.env }));
      continue;
    }
    try {
      values[key] = setting.read(text);
    } catch (error) {
      faults.push(fault('SETTING_INVALID', { key, why: reasonOf(error), source: sources[key] }));
    }
  }
  return { values, sources };
}

/** The token from a place that is no setting. Adds a fault if there is none and a bot is needed. */
function tokenElsewhere(
  loading: Loading,
  { env: file }: Paths,
  { env }: LoadFrom,
  { needBot = true, readToken }: LoadOptions,
): Found | undefined {
  const { faults, isIncomplete } = loading;
  if (isIncomplete) return undefined;
  const command = find(loading, 'TELEGRAM_BOT_TOKEN_COMMAND');
  const found = readToken?.({ env, command: wordsOf(command), source: command?.source ?? '' }) ?? null;
  if (found !== null && 'text' in found) return found;
  if (found !== null) faults.push(found.fault);
  else if (needBot) faults.push(fault('TOKEN_MISSING', { file }));
  return undefined;
}

/** No words for a command that cannot be read; that is a fault of its own. */
function wordsOf(command: Found | undefined): readonly string[] {
  try {
    return SETTINGS.TELEGRAM_BOT_TOKEN_COMMAND.read(command?.text ?? '');
  } catch {
    return [];
  }
}

/** Whether the token is from no setting, so that another program cannot find it without reading it again. */
export function isTokenElsewhere({ sources, files }: Extract<Loaded, { ok: true }>): boolean {
  const source = sources.TELEGRAM_BOT_TOKEN;
  return source !== ENVIRONMENT && source !== DEFAULT && !files.includes(source);
}
