import { isoTime } from '@ccbot/shared/iso-time';
import { checkOf, type Check } from '@ccbot/shared/doctor/check';
import type { CanaryResult } from '../canary/model';
import { readResults, troubles } from '../canary/result';
import type { Examine } from './deps';

/** The last canary result of each agent: whether its version still behaves as ccbot expects. */
export const examineCanary: Examine = ({ paths }) => {
  const results = readResults(paths.dir);
  if (results.length === 0) return [checkOf('canary', 'canary').ok('has not run yet (`ccbot canary`)')];
  return results.map(checkResult);
};

function checkResult(result: CanaryResult): Check {
  const check = checkOf(`canary-${result.agent}`, `canary of ${result.agent}`);
  const failed = troubles(result);
  const date = isoTime(result.at).slice(0, 10);
  const subject = result.version || 'the agent';
  if (failed.length === 0) return check.ok(`${subject} behaves as expected (${date})`);
  return check.warn(
    `${subject}: ${failed.join('; ')} (${date})`,
    'Downgrade the agent or upgrade ccbot, then run `ccbot canary` again.',
  );
}
