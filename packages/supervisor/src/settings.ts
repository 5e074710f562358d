import type { Loaded } from '@ccbot/shared/config/load';
import { faultText, type Fault } from '@ccbot/shared/faults/fault';
import { tokenLockPaths } from '@ccbot/shared/lock/token-paths';
import type { Locks } from './locks';
import { policyOf, type Policy } from './policy';

/** Valid settings. */
export type Settings = Extract<Loaded, { ok: true }>;

/** The settings in force, which change while the supervisor runs. */
export interface CurrentSettings {
  get(): Settings;
  policy(): Policy;
  /**
   * Reads files and token again and switches to the lock of a new token. Calls meanwhile get the same result. `slow` is
   * called if the token takes more than {@link SLOW_MS}.
   */
  reload(slow?: () => void): Promise<Reloaded>;
}

/** `refused`: the reason if the old settings stay. `kept`: why the token could not be read, so that the known one stays. */
export type Reloaded = { refused: string } | { refused: null; kept: string | null };

/** How long the token may take before somebody who waits is told, ms. */
const SLOW_MS = 1_000;

/** Reads the settings again. */
export interface ReloadSettings {
  /** Reads the token again. Returns why not, if the known one stays. */
  refreshToken(): Promise<Fault | null>;
  load(): Promise<Loaded>;
}

export function createCurrentSettings(
  initial: Settings,
  { refreshToken, load }: ReloadSettings,
  locks: Pick<Locks, 'changeToken'>,
): CurrentSettings {
  let current = initial;
  let underWay: Promise<Reloaded> | undefined;
  const apply = async (): Promise<string | null> => {
    const next = await load();
    if (!next.ok) return faultsText(next.faults);
    if (next.paths.dir !== initial.paths.dir)
      return `CCBOT_DIR is now ${next.paths.dir}. Stop ccbot and start it again.`;
    const { TELEGRAM_BOT_TOKEN: token, TELEGRAM_API_ROOT: apiRoot } = next.config;
    const refusal = locks.changeToken(tokenLockPaths(next.paths, { token, apiRoot }));
    if (refusal !== null) return refusal;
    current = next;
    return null;
  };
  const reload = async (): Promise<Reloaded> => {
    const kept = await refreshToken();
    const refused = await apply();
    return refused === null ? { refused, kept: kept?.what ?? null } : { refused };
  };
  return {
    get: () => current,
    policy: () => policyOf(current.config),
    async reload(slow) {
      underWay ??= reload().finally(() => (underWay = undefined));
      const timer = setTimeout(() => slow?.(), SLOW_MS);
      try {
        return await underWay;
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

function faultsText(faults: readonly Fault[]): string {
  return faults.map(faultText).join('\n');
}
