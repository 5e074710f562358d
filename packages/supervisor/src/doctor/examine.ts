import type { Check } from '@ccbot/shared/doctor/check';
import type { DoctorDeps, Examine, Fix } from './deps';
import {
  examineDisk,
  examineModes,
  examineNode,
  examineSettings,
  examineTmux,
  examineTmuxEnvironment,
} from './host';
import { examineLock, examineService, examineVersions } from './instance';
import { examineTelegram } from './telegram';
import { examineWorker } from './worker';

/** Every look, in the order in which it is told. */
const EXAMINATIONS: readonly Examine[] = [
  examineNode,
  examineTmux,
  examineSettings,
  examineModes,
  examineDisk,
  examineLock,
  examineVersions,
  examineTelegram,
];

/** Looks at everything; `onChecks` hears of each look's lines as soon as they are there. */
export async function examine(
  deps: DoctorDeps,
  repair: boolean,
  onChecks: (checks: readonly Check[]) => void,
): Promise<{ checks: Check[]; fixes: Fix[] }> {
  const checks: Check[] = [];
  const fixes: Fix[] = [];
  const all: readonly Examine[] = [
    ...EXAMINATIONS,
    (d) => examineWorker(d, repair),
    examineTmuxEnvironment,
    examineService,
  ];
  for (const look of all) {
    const found = await look(deps);
    checks.push(...found.checks);
    if (found.fix !== undefined) fixes.push(found.fix);
    onChecks(found.checks);
  }
  return { checks, fixes };
}
