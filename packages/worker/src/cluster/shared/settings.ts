import type { Settings } from '../../store/settings';
import { settingKey, settingOf } from './keys';
import type { SharedCopy } from './copy';

/** The values of a chat that all machines share; others, such as which message shows the card, are of one machine. */
const SHARED_IN_CHAT = new Set([
  'active',
  'thread',
  'name',
  'host',
  'new-asked',
  'away-told',
  'menu',
  'language',
  'silent-answers',
  'notice-finished',
  'notice-failed',
  'notice-needs',
  'notice-silent',
  'card-size',
  'card-lag',
  'card-tools',
  'card-thinking',
  'screenshots',
  'allow-minutes',
]);

/** Where it is stored which values the cluster does not have yet. */
const UNSHARED = 'cluster:unshared';

/** Whether all machines share a value. */
export function isShared(scope: string, key: string): boolean {
  if (scope.startsWith('chat:')) return SHARED_IN_CHAT.has(key) || key.startsWith('kept-for:');
  return scope.startsWith('session:') && key.startsWith('thread:');
}

/** Settings of which some are those of all machines. */
export interface SharedSettings {
  settings: Settings;
  /** The copy is complete: what this machine changed meanwhile, and what nobody has yet, is written. */
  connected(): void;
  disconnected(): void;
}

/**
 * `afterCommit`: runs when the running transaction is on disk. `changed`: another machine has changed a value. The
 * settings on disk are the working copy: they are read while the cluster is away, and written as ever.
 */
export function shareSettings(
  own: Settings,
  copy: SharedCopy,
  deps: { afterCommit(work: () => void): void; changed(scope: string, key: string): void },
): SharedSettings {
  let isConnected = false;
  const unshared = (scope: string, key: string): boolean => own.get(UNSHARED, settingKey(scope, key)) === '1';

  function share(scope: string, key: string, value: string): void {
    // Kept until the cluster has it, also across a restart.
    if (!unshared(scope, key)) own.set(UNSHARED, settingKey(scope, key), '1');
    deps.afterCommit(() => copy.put(settingKey(scope, key), value));
  }

  copy.listen(({ key: entryKey, value }) => {
    const setting = settingOf(entryKey);
    if (setting === null || value === null || !isShared(setting.scope, setting.key)) return;
    const { scope, key } = setting;
    const before = own.get(scope, key);
    if (unshared(scope, key)) {
      // At the beginning of a connection: ours is newer, and is written when the copy is complete.
      if (!isConnected) return;
      own.set(UNSHARED, entryKey, '');
    }
    if (before === value) return;
    own.set(scope, key, value);
    deps.changed(scope, key);
  });

  return {
    settings: {
      ...own,
      set(scope, key, value) {
        const isNews = isShared(scope, key) && own.get(scope, key) !== value;
        own.set(scope, key, value);
        if (isNews) share(scope, key, value);
      },
    },
    connected() {
      isConnected = true;
      for (const { scope, key, value } of [...own.under('chat:'), ...own.under('session:')]) {
        if (!isShared(scope, key)) continue;
        const known = copy.get(settingKey(scope, key))?.value;
        if (known === undefined || unshared(scope, key)) copy.put(settingKey(scope, key), value);
      }
    },
    disconnected() {
      isConnected = false;
    },
  };
}
