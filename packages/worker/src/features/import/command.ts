import { existsSync } from 'node:fs';
import { ensureDirectories } from '@ccbot/shared/config/paths';
import type { Loaded } from '@ccbot/shared/config/load';
import { FaultError, faultText, type Fault } from '@ccbot/shared/faults/fault';
import { acquireLock, type Lock } from '@ccbot/shared/lock/flock';
import { holderOfThisProcess, type Holder } from '@ccbot/shared/lock/holder';
import { EXIT } from '@ccbot/shared/protocol/exit-codes';
import { importState } from './import-state';
import type { ImportHost, ImportRequest } from './model';
import { readOldState } from './old-state';
import { writeReport } from './report';

export interface ImportCommandDeps {
  loaded: Loaded;
  host: ImportHost;
  out: NodeJS.WritableStream;
  err: NodeJS.WritableStream;
  now(): number;
}

/**
 * Imports the sessions and settings of the Python ccbot. Its files are only read, and what exists here stays, so the
 * command may run twice. It holds the locks of both bots: neither may run. Exit codes: 0, also if there is nothing new;
 * 1 if one of them runs; 78 if the settings are wrong or the state cannot be read.
 */
export async function importCommand(request: ImportRequest, deps: ImportCommandDeps): Promise<number> {
  const { loaded, host, out, now } = deps;
  if (!loaded.ok) return refuse(deps, loaded.faults);
  const { paths, config } = loaded;
  const trouble = ensureDirectories(paths);
  if (trouble !== null) return refuse(deps, [trouble]);
  const from = request.from ?? paths.dir;
  const held: Lock[] = [];
  try {
    const fault = acquireLocks(
      lockPaths(paths.lock, from),
      holderOfThisProcess(host.version, from, now(), 'command'),
      held,
    );
    if (fault !== null) return refuse(deps, [fault]);
    const old = readOldState(from);
    const plan = await importState({ old, paths, config, host, dryRun: request.dryRun, now });
    writeReport(out, request, plan, old.unreadable);
    return EXIT.ok;
  } catch (error) {
    if (error instanceof FaultError) return refuse(deps, [error.fault]);
    throw error;
  } finally {
    for (const lock of held) lock.release();
  }
}

function refuse({ err }: ImportCommandDeps, faults: readonly Fault[]): number {
  for (const fault of faults) err.write(`ccbot: ${faultText(fault)}\n`);
  return faults[0]?.exit ?? EXIT.config;
}

/** Our lock, and that of the Python ccbot if it has one. */
function lockPaths(ours: string, from: string): string[] {
  const theirs = `${from}/ccbot.lock`;
  return theirs === ours || !existsSync(theirs) ? [ours] : [ours, theirs];
}

/** Adds each lock to `held`, also if a later one fails. */
function acquireLocks(paths: readonly string[], holder: Holder, held: Lock[]): Fault | null {
  for (const path of paths) {
    const acquired = acquireLock(path, holder);
    if (!acquired.ok) return acquired.fault;
    held.push(acquired.lock);
  }
  return null;
}
