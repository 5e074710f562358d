import { checkOf, isCheck } from '@ccbot/shared/doctor/check';
import { reasonOf } from '@ccbot/shared/faults/fault';
import type { DoctorDeps, Finding } from './deps';

/** The worker's own checks look at agents and at the whole database; they have this long, ms. */
const WORKER_MS = 120_000;

/**
 * What only the worker's program can look at: native addons, database, agents, hooks. It runs as a process of its
 * own: one that cannot even start is a finding, too. `repair` has it mend the database.
 */
export async function examineWorker(deps: DoctorDeps, repair: boolean): Promise<Finding> {
  const check = checkOf('worker', "the worker's program");
  const todo = 'Install anew: `npm ci && npm run build` in a clone, `npm i -g` otherwise.';
  let entry: string;
  try {
    entry = deps.workerEntry();
  } catch (error) {
    return { checks: [check.bad(`it is not there: ${reasonOf(error)}`, todo)] };
  }
  const args = [entry, 'doctor', '--json', ...(repair ? ['--repair'] : [])];
  const { code, stdout, stderr } = await deps.run(process.execPath, args, WORKER_MS);
  try {
    const { checks } = JSON.parse(stdout) as { checks?: unknown };
    if (Array.isArray(checks) && checks.every(isCheck)) return { checks };
  } catch {
    // told below, with its last words
  }
  const last =
    stderr
      .trim()
      .split('\n')
      .findLast((line) => /error|cannot|not found/i.test(line)) ?? stderr.trim();
  return { checks: [check.bad(`it does not start (exit ${code}): ${last.slice(0, 300)}`, todo)] };
}
