import { join } from 'node:path';
import { checkOf } from '@ccbot/shared/doctor/check';
import { FaultError } from '@ccbot/shared/faults/fault';
import { claudeHome } from '../agents/claude/discover';
import { hookStatus, readSettings } from '../hook/install';
import type { Examine } from './deps';

/** The hooks in the agents' settings: there, and of this ccbot. */
export const examineHooks: Examine = ({ home, env, hookCommand }) => {
  const check = checkOf('hooks', 'hooks');
  const path = join(claudeHome(home, env), 'settings.json');
  try {
    const states = Object.entries(hookStatus(readSettings(path) ?? {}, hookCommand));
    const wrong = states.filter(([, state]) => state !== 'installed');
    if (wrong.length === 0) return [check.ok(`installed in ${path}`)];
    const words = wrong.map(([event, state]) => `${event} ${state}`).join(', ');
    return [check.warn(`${path}: ${words}`, 'Run `ccbot hook --install`.')];
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    return [check.bad(error.fault.what, error.fault.todo)];
  }
};
