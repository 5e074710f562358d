import { checkOf } from '@ccbot/shared/doctor/check';
import { readResult, troubles } from '../canary/result';
import type { Examine } from './deps';

/** What the canary last found: whether this version of the agent still behaves as ccbot expects. */
export const examineCanary: Examine = ({ paths }) => {
  const check = checkOf('canary', 'canary');
  const result = readResult(paths.dir);
  if (result === null) return [check.ok('has not run yet (`ccbot canary`)')];
  const wrong = troubles(result);
  const when = new Date(result.at).toISOString().slice(0, 10);
  const whose = result.version || 'the agent';
  if (wrong.length === 0) return [check.ok(`${whose} behaves as expected (${when})`)];
  return [
    check.warn(
      `${whose}: ${wrong.join('; ')} (${when})`,
      'Go back to the version before, or upgrade ccbot; then run `ccbot canary` again.',
    ),
  ];
};
