import type { Check } from '@ccbot/shared/doctor/check';
import type { DoctorDeps, Examine, Fix } from './deps';
import { examineEnvironment } from './environment';
import {
  examineDisk,
  examineModes,
  examineNode,
  examineSettings,
  examineTmux,
  examineTmuxEnvironment,
} from './host';
import { examineLock, examineService, examineVersions } from './instance';
import { examinePrograms } from './programs';
import { examineTelegram } from './telegram';
import { examineTemporary } from './temporary';
import { examineWorker } from './worker';

/** In the order in which they are reported. */
const EXAMINATIONS: readonly Examine[] = [
  examineNode,
  examineTmux,
  (deps) => examinePrograms(deps),
  examineSettings,
  examineModes,
  (deps) => examineTemporary(deps),
  examineDisk,
  examineLock,
  examineVersions,
  examineEnvironment,
  examineTelegram,
];

/** Runs all checks. `onChecks` gets the results of each examination as soon as they are known. */
export async function examine(
  deps: DoctorDeps,
  repair: boolean,
  onChecks: (checks: readonly Check[]) => void,
): Promise<{ checks: Check[]; fixes: Fix[] }> {
  const checks: Check[] = [];
  const fixes: Fix[] = [];
  const all: readonly Examine[] = [
    ...EXAMINATIONS,
    (d) => examineWorker(d, ...(repair ? ['--repair'] : [])),
    examineTmuxEnvironment,
    examineService,
  ];
  for (const examination of all) {
    const found = await examination(deps);
    checks.push(...found.checks);
    if (found.fix !== undefined) fixes.push(found.fix);
    onChecks(found.checks);
  }
  return { checks, fixes };
}
