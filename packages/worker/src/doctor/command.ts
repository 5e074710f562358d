import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { withAddon, type Addon } from '@ccbot/shared/addons/load';
import type { Loaded } from '@ccbot/shared/config/load';
import { checkOf, type Check } from '@ccbot/shared/doctor/check';
import { FaultError } from '@ccbot/shared/faults/fault';
import { holderOfThisProcess } from '@ccbot/shared/lock/holder';
import { acquireInstance } from '@ccbot/shared/lock/instance';
import { tokenLockPaths } from '@ccbot/shared/lock/token-paths';
import { examineCluster } from './cluster';
import type { DoctorHost } from './deps';
import { examineAll } from './run';
import { openStore } from '../store/open';
import { pendingRebuildNotice } from '../store/rebuild-notice';
import { createSettings } from '../store/settings';
import { openSqlite } from '../store/sqlite';
import { wordsIn } from '../words/words';

const run = promisify(execFile);

/** An agent that has not printed its version within this time, ms, counts as broken. */
const VERSION_MS = 20_000;

export interface WorkerDoctorDeps {
  loaded: Loaded;
  host: DoctorHost;
  version: string;
  /** Whether to rebuild a damaged database. */
  repair: boolean;
  out: NodeJS.WritableStream;
  now(): number;
}

/** Prints the worker's checks as JSON, for `ccbot doctor`. The exit code is 0 even when a check fails. */
export async function runDoctor(deps: WorkerDoctorDeps): Promise<number> {
  const { loaded, host } = deps;
  const repaired = deps.repair ? [repair(deps)] : [];
  const checks = await examineAll({
    config: loaded.ok ? loaded.config : null,
    paths: loaded.paths,
    host,
    load: loadAddon,
    run: async (program, args) =>
      (
        await run(program, args, {
          env: { ...host.env, DISABLE_AUTOUPDATER: '1' },
          // Some agents read settings and `.env` from their working directory, even for `--version`.
          cwd: host.home,
          timeout: VERSION_MS,
        })
      ).stdout,
  });
  deps.out.write(`${JSON.stringify({ checks: [...repaired, ...checks] })}\n`);
  return 0;
}

/** Prints the checks of the cluster alone, for `ccbot cluster`. `loaded`: with the token. */
export async function runClusterDoctor({
  loaded,
  out,
}: Pick<WorkerDoctorDeps, 'loaded' | 'out'>): Promise<number> {
  const checks = loaded.ok
    ? await examineCluster(loaded)
    : loaded.faults.map(({ what, todo }) => checkOf('settings', 'settings').bad(what, todo));
  out.write(`${JSON.stringify({ checks })}\n`);
  return 0;
}

/** Loads an addon. SQLite may also be that of Node.js. */
function loadAddon(name: Addon): void {
  if (name === '@photostructure/sqlite') openSqlite(':memory:').close();
  else withAddon(name, () => undefined);
}

/** Rebuilds a damaged database. Takes the lock, because a running worker has the database open. */
function repair({ loaded, version, now }: WorkerDoctorDeps): Check {
  const check = checkOf('repair', 'repair');
  if (!loaded.ok) return check.skipped('the settings are not valid');
  const { config, paths } = loaded;
  const { TELEGRAM_BOT_TOKEN: token, TELEGRAM_API_ROOT: apiRoot } = config;
  const held = acquireInstance(
    { lock: paths.lock, token: tokenLockPaths(paths, { token, apiRoot }) },
    holderOfThisProcess(version, paths.dir, now(), 'command'),
  );
  if (!held.ok) return check.bad(held.fault.what, 'Stop it with `ccbot stop`, then repair.');
  try {
    const store = openStore(paths.db, now);
    const { rebuilt } = store;
    const salvaged = pendingRebuildNotice(createSettings(store))?.salvaged;
    store.close();
    if (rebuilt === null) return check.ok('the database is not damaged');
    const { salvage } = wordsIn('en');
    const taken =
      salvaged && salvage.tookOver(salvaged.messages, salvaged.shows, salvaged.damaged).replace(/\s+/g, ' ');
    return check.ok([rebuilt.what, taken].filter(Boolean).join(' '));
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    return check.bad(error.fault.what, error.fault.todo);
  } finally {
    held.locks.token.release();
    held.locks.directory.release();
  }
}
