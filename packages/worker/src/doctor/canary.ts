import { checkOf, type Check } from '@ccbot/shared/doctor/check';
import { readResults, troubles, type CanaryResult } from '../canary/result';
import type { Examine } from './deps';

/** What the canary last found of each agent: whether this version still behaves as ccbot expects. */
export const examineCanary: Examine = ({ paths }) => {
  const results = readResults(paths.dir);
  if (results.length === 0) return [checkOf('canary', 'canary').ok('has not run yet (`ccbot canary`)')];
  return results.map(told);
};

function told(result: CanaryResult): Check {
  const check = checkOf(`canary-${result.agent}`, `canary of ${result.agent}`);
  const wrong = troubles(result);
  const when = new Date(result.at).toISOString().slice(0, 10);
  const whose = result.version || 'the agent';
  if (wrong.length === 0) return check.ok(`${whose} behaves as expected (${when})`);
  return check.warn(
    `${whose}: ${wrong.join('; ')} (${when})`,
    'Go back to the version before, or upgrade ccbot; then run `ccbot canary` again.',
  );
}
