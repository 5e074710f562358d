import { createHash, randomUUID } from 'node:crypto';
import { statSync } from 'node:fs';
import { readClusterSettings } from '@ccbot/shared/cluster/settings';
import type { Paths } from '@ccbot/shared/config/paths';
import type { Config } from '@ccbot/shared/config/schema';
import { readForeignSync } from '@ccbot/shared/files/foreign-file-sync';
import type { Log } from '@ccbot/shared/log/logger';
import { createCluster, type Cluster } from '../../cluster/cluster';
import { createUnsharedMessages } from '../../cluster/shared/unshared-messages';
import { connectCluster } from '../../cluster/connect';
import type { Store } from '../../store/open';
import { createSettings } from '../../store/settings';

/** A number that is another one after each start of the machine. */
const BOOT_ID = '/proc/sys/kernel/random/boot_id';

export interface OpenClusterDeps {
  config: Config;
  paths: Paths;
  store: Store;
  run: { instance: string; version: string; startedAt: number };
  log: Log;
}

/**
 * This machine's part in the cluster of the settings; null: there is none. Nothing is connected yet. Throws a FaultError
 * if the settings or their files cannot be used.
 */
export function openCluster(deps: OpenClusterDeps): Cluster | null {
  const { config, paths, store, run, log } = deps;
  const settings = readClusterSettings(config);
  if (settings === null) return null;
  const own = createSettings(store);
  const id = own.get('cluster', 'id') ?? randomUUID();
  own.set('cluster', 'id', id);
  return createCluster({
    settings,
    self: {
      token: config.TELEGRAM_BOT_TOKEN,
      node: leaseNode(id, paths.lock) ?? run.instance,
      id,
      ...run,
    },
    // Read again for each connection: new credentials, or a new authority, need no restart.
    connect: (_settings, ...names) => connectCluster(readClusterSettings(config) ?? settings, ...names),
    disk: {
      own,
      messages: createUnsharedMessages(store),
      tx: (work) => store.tx(work),
      afterCommit: (work) => store.afterCommit(work),
    },
    log,
  });
}

/**
 * What two workers have in common of which one must be dead when the other runs: they use the same lock file, and the
 * machine has not started again in between. A copy of the directory, or of the whole machine, has another file or another
 * start. Null where the system does not tell.
 */
function leaseNode(id: string, lock: string): string | null {
  let boot: string;
  try {
    boot = readForeignSync(BOOT_ID, 'proc').trim();
  } catch {
    return null; // not Linux: then an earlier worker's lease has to end by itself
  }
  const { dev, ino } = statSync(lock);
  return createHash('sha256')
    .update(JSON.stringify([id, boot, dev, ino]))
    .digest('hex')
    .slice(0, 32);
}
