import { join } from 'node:path';
import { openSqlite } from '../../../packages/worker/src/store/sqlite';
import { workerPid, type Supervisor, type System } from './system';
import { until } from './until';

/** Resolves when the worker has recorded which messages show the keys that begin with `key`, such as `ask:` or `login:`. */
export async function waitUntilRecorded({ ccbotDir }: Pick<System, 'ccbotDir'>, key: string): Promise<void> {
  const db = openSqlite(join(ccbotDir, 'ccbot.db'), { readonly: true });
  const unrecorded = db.prepare('SELECT 1 FROM posted WHERE key LIKE ? AND message IS NULL');
  await until(() => unrecorded.get(`${key}%`) === undefined);
  db.close();
}

/** Kills the worker, and resolves when there is a new one. */
export async function killWorker(system: System, supervisor: Supervisor): Promise<void> {
  const killed = workerPid(supervisor);
  process.kill(killed, 'SIGKILL');
  await system.telegram.waitFor(() => {
    try {
      return workerPid(supervisor) !== killed;
    } catch {
      return false; // between two workers
    }
  });
}
