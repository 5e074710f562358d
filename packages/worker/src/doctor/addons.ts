import { checkOf } from '@ccbot/shared/doctor/check';
import { reasonOf } from '@ccbot/shared/faults/fault';
import type { Examine } from './deps';

/** The native addons, and what does not work without each. */
const ADDONS = {
  'better-sqlite3': 'ccbot cannot store anything',
  'fs-ext': 'ccbot cannot take its lock',
  'node-pty': 'no logins, and no sessions without tmux',
} as const;

export const examineAddons: Examine = ({ load }) => {
  const check = checkOf('addons', 'native addons');
  const broken = Object.entries(ADDONS).flatMap(([name, effect]) => {
    try {
      load(name);
      return [];
    } catch (error) {
      return [
        check.bad(
          `${name} does not load (${effect}): ${reasonOf(error).slice(0, 200)}`,
          'Rebuild it for this Node.js: `npm rebuild`.',
        ),
      ];
    }
  });
  return broken.length > 0 ? broken : [check.ok(Object.keys(ADDONS).join(', '))];
};
