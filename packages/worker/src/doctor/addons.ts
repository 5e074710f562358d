import { checkOf } from '@ccbot/shared/doctor/check';
import { reasonOf } from '@ccbot/shared/faults/fault';
import type { Examine } from './deps';

/** The native addons, and what is amiss without them. */
const ADDONS = {
  'better-sqlite3': 'nothing can be stored',
  'fs-ext': 'no lock can be taken',
  'node-pty': 'no login and no session without tmux',
} as const;

/** Whether the native addons load in this Node.js. */
export const examineAddons: Examine = ({ load }) => {
  const check = checkOf('addons', 'native addons');
  const wrong = Object.entries(ADDONS).flatMap(([name, without]) => {
    try {
      load(name);
      return [];
    } catch (error) {
      return [
        check.bad(
          `${name} does not load (${without}): ${reasonOf(error).slice(0, 200)}`,
          'Build it anew for this Node.js: `npm rebuild`.',
        ),
      ];
    }
  });
  return wrong.length > 0 ? wrong : [check.ok(Object.keys(ADDONS).join(', '))];
};
