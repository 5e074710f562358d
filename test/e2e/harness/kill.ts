import { join } from 'node:path';
import Database from 'better-sqlite3';
import { workerPid, type Supervisor, type System } from './system';

/** Resolves when the worker has noted which messages show what `key` stands for, such as `ask:` or `login:`. */
export async function noted(system: System, key: string): Promise<void> {
  const db = new Database(join(system.ccbotDir, 'ccbot.db'), { readonly: true });
  const unsure = db.prepare('SELECT 1 FROM posted WHERE key LIKE ? AND message IS NULL');
  while (unsure.get(`${key}%`) !== undefined) await new Promise((resolve) => setTimeout(resolve, 20));
  db.close();
}

/** Kills the worker, and resolves when there is another. */
export async function killWorker(system: System, supervisor: Supervisor): Promise<void> {
  const killed = workerPid(supervisor);
  process.kill(killed, 'SIGKILL');
  await system.telegram.waitFor(() => {
    try {
      return workerPid(supervisor) !== killed;
    } catch {
      return false; // between the two
    }
  }, 30_000);
}
