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
  /** Loads the files again and switches to the lock of a new token. Returns the reason if the old settings stay. */
  reload(): string | null;
}

export function createCurrentSettings(
  initial: Settings,
  load: () => Loaded,
  locks: Pick<Locks, 'changeToken'>,
): CurrentSettings {
  let current = initial;
  return {
    get: () => current,
    policy: () => policyOf(current.config),
    reload() {
      const next = load();
      if (!next.ok) return faultsText(next.faults);
      if (next.paths.dir !== initial.paths.dir)
        return `CCBOT_DIR is now ${next.paths.dir}. Stop ccbot and start it again.`;
      const { TELEGRAM_BOT_TOKEN: token, TELEGRAM_API_ROOT: apiRoot } = next.config;
      const refusal = locks.changeToken(tokenLockPaths(next.paths, { token, apiRoot }));
      if (refusal !== null) return refusal;
      current = next;
      return null;
    },
  };
}

function faultsText(faults: readonly Fault[]): string {
  return faults.map(faultText).join('\n');
}
