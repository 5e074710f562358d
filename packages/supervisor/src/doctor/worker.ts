import { checkList, checkOf } from '@ccbot/shared/doctor/check';
import { reasonOf } from '@ccbot/shared/faults/fault';
import { parseJson } from '@ccbot/shared/protocol/json';
import type { DoctorDeps, Finding } from './deps';

/** The time limit for the worker's own checks, which start agents and read the whole database, ms. */
const WORKER_MS = 120_000;

/**
 * Runs the checks of the worker's program: native addons, database, agents, hooks. They run in a separate process, since
 * a program that cannot even start is a finding too. `options`: such as `--repair`, which also repairs the database.
 */
export async function examineWorker(
  deps: Pick<DoctorDeps, 'installation' | 'run'>,
  ...options: readonly string[]
): Promise<Finding> {
  const check = checkOf('worker', "the worker's program");
  const todo = 'Install it again: `npm ci && npm run build` in a clone, `npm i -g` otherwise.';
  let entry: string;
  try {
    entry = deps.installation.workerEntry();
  } catch (error) {
    return { checks: [check.bad(`missing: ${reasonOf(error)}`, todo)] };
  }
  const args = [entry, 'doctor', '--json', ...options];
  const { code, stdout, stderr } = await deps.run(process.execPath, args, WORKER_MS);
  const found = parseJson(checkList, stdout);
  if (found !== null) return { checks: found.checks };
  const last =
    stderr
      .trim()
      .split('\n')
      .findLast((line) => /error|cannot|not found/i.test(line)) ?? stderr.trim();
  return { checks: [check.bad(`does not start (exit ${code}): ${last.slice(0, 300)}`, todo)] };
}
