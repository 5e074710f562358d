import type { Addon } from '@ccbot/shared/addons/load';
import { checkOf } from '@ccbot/shared/doctor/check';
import { FaultError, reasonOf } from '@ccbot/shared/faults/fault';
import type { Examine } from './deps';

/** The native addons, and what does not work without each. */
const ADDONS = {
  '@photostructure/sqlite': 'ccbot cannot store anything',
  'fs-ext': 'ccbot cannot take its lock',
  'node-pty': 'no logins, and no sessions without tmux',
} as const satisfies Record<Addon, string>;

const NAMES = Object.keys(ADDONS) as Addon[];

export const examineAddons: Examine = ({ load }) => {
  const check = checkOf('addons', 'native addons');
  const broken = NAMES.flatMap((name) => {
    const effect = ADDONS[name];
    try {
      load(name);
      return [];
    } catch (error) {
      const { what, todo } = causeOf(error);
      return [check.bad(`${name} does not load (${effect}): ${what}`, todo)];
    }
  });
  return broken.length > 0 ? broken : [check.ok(NAMES.join(', '))];
};

function causeOf(error: unknown): { what: string; todo: string } {
  if (error instanceof FaultError) return error.fault;
  return { what: reasonOf(error).slice(0, 200), todo: 'Rebuild it for this Node.js: `npm rebuild`.' };
}
