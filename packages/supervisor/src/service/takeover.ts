import { isTokenElsewhere, type Loaded } from '@ccbot/shared/config/load';
import { SETTINGS, type SettingKey } from '@ccbot/shared/config/schema';
import { environmentForService, type ServiceEnvironment } from '@ccbot/shared/environment/service';
import type { Environment } from '../host';
import type { ServiceKind } from './kinds';
import { realPath } from './real-path';
import { canSet, environmentLine, variablesSetIn } from './unit';

type Settings = Extract<Loaded, { ok: true }>;

/** What a service takes over from the shell that installs it. */
export interface Takeover extends ServiceEnvironment {
  /** Names of variables whose values the service's file cannot hold. */
  unwritable: readonly string[];
  /** Settings that only the shell has. */
  settings: readonly SettingKey[];
}

/** These two are in the service's file. */
const PLACES: readonly SettingKey[] = ['CCBOT_DIR', 'CCBOT_ENV_FILE'];

export function takeoverOf(kind: ServiceKind, env: Environment, { config, sources }: Settings): Takeover {
  const found = environmentForService(env, { token: config.TELEGRAM_BOT_TOKEN, resolve: realPath });
  const isSetting = (name: string): boolean => Object.hasOwn(SETTINGS, name);
  const writable = Object.entries(found.carried).filter(([, value]) => canSet(kind, value));
  return {
    ...found,
    // A setting of `--env-file` is in our own environment by now.
    carried: {
      ...Object.fromEntries(writable.filter(([name]) => !isSetting(name))),
      CCBOT_DIR: config.CCBOT_DIR,
      ...(config.CCBOT_ENV_FILE === '' ? {} : { CCBOT_ENV_FILE: config.CCBOT_ENV_FILE }),
    },
    secrets: found.secrets.filter((name) => !isSetting(name)),
    unknown: found.unknown.filter((name) => !isSetting(name)),
    unwritable: Object.keys(found.carried).filter((name) => !canSet(kind, found.carried[name] ?? '')),
    settings: (Object.keys(SETTINGS) as SettingKey[]).filter(
      (key) => sources[key] === 'the environment' && !PLACES.includes(key),
    ),
  };
}

/** The setting that the token comes from. */
export function tokenKey(settings: Settings): 'TELEGRAM_BOT_TOKEN' | 'TELEGRAM_BOT_TOKEN_COMMAND' {
  const { TELEGRAM_BOT_TOKEN: token, TELEGRAM_BOT_TOKEN_COMMAND: command } = settings.config;
  return command.length > 0 && (token === '' || isTokenElsewhere(settings))
    ? 'TELEGRAM_BOT_TOKEN_COMMAND'
    : 'TELEGRAM_BOT_TOKEN';
}

/** How the variables of a service's file differ from what would be written now. */
export interface FileChanges {
  added: readonly string[];
  changed: readonly string[];
  removed: readonly string[];
}

export function changesOf(
  kind: ServiceKind,
  before: string,
  carried: Readonly<Record<string, string>>,
): FileChanges {
  const old = new Set(variablesSetIn(kind, before));
  const names = Object.keys(carried);
  return {
    added: names.filter((name) => !old.has(name)),
    changed: names.filter(
      (name) =>
        old.has(name) && !`${before}\n`.includes(`${environmentLine(kind, name, carried[name] ?? '')}\n`),
    ),
    removed: [...old].filter((name) => !(name in carried)),
  };
}

/** The most names that are shown of a list. Who exports more wants to see the rest in `ccbot service print`. */
const NAMES_MAX = 12;

/** How a service's file differs, one line for each kind of difference; empty: it does not. */
export function describeChanges({ added, changed, removed }: FileChanges): string[] {
  return [
    ...namesLine('New since it was installed last: ', added),
    ...namesLine('Changed since then: ', changed),
    ...namesLine('No longer set in this shell, so no longer carried: ', removed),
  ];
}

/** What the user should know about a takeover, one line for each kind. Names only: values may be secret. */
export function describeTakeover(
  { carried, secrets, temporary, unknown, unwritable, settings }: Takeover,
  changes: FileChanges | null,
  settingsFile: string,
): string[] {
  const fromShell = Object.keys(carried).filter((name) => !PLACES.some((place) => place === name));
  return [
    ...namesLine('Carried from this shell: ', fromShell),
    ...(changes === null ? [] : describeChanges(changes)),
    ...namesLine(
      'Secrets stay in this shell: ',
      secrets,
      '. In the service, agents use their own login, or the `env` of their own settings.',
    ),
    ...namesLine(
      'Settings of ccbot that only this shell has: ',
      settings,
      `. The service needs them in ${settingsFile}.`,
    ),
    ...namesLine('They end with this login, so they stay here: ', temporary),
    ...namesLine('Their values cannot be written into the service’s file: ', unwritable),
    ...namesLine('ccbot does not know what these are for, so they stay here: ', unknown),
  ];
}

/** No line without names. */
function namesLine(start: string, names: readonly string[], end = '.'): string[] {
  if (names.length === 0) return [];
  const rest = names.length - NAMES_MAX;
  const list = rest > 0 ? `${names.slice(0, NAMES_MAX).join(', ')} and ${rest} more` : names.join(', ');
  return [`${start}${list}${end}`];
}
