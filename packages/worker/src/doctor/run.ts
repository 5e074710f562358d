import type { Check } from '@ccbot/shared/doctor/check';
import { examineAddons } from './addons';
import { examineAgents } from './agents';
import { examineCanary } from './canary';
import { examineCluster } from './cluster';
import { examineDatabase } from './database';
import { examineDenyRules } from './deny';
import type { DoctorDeps, Examine } from './deps';
import { examineHooks } from './hooks';
import { examineSpeech } from './speech';
import { examineWatches } from './watches';

/** All examinations, in the order of the report. */
const EXAMINATIONS: readonly Examine[] = [
  examineAddons,
  examineDatabase,
  examineWatches,
  examineAgents,
  examineHooks,
  examineDenyRules,
  examineSpeech,
  examineCluster,
  examineCanary,
];

/** The checks that only the worker can do, for `ccbot doctor`. */
export async function examineAll(deps: DoctorDeps): Promise<Check[]> {
  const checks: Check[] = [];
  for (const examine of EXAMINATIONS) checks.push(...(await examine(deps)));
  return checks;
}
