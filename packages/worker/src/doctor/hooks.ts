import { checkOf } from '@ccbot/shared/doctor/check';
import { FaultError } from '@ccbot/shared/faults/fault';
import { hookCommandFor } from '../hook/entries';
import { hookedKinds, type HookedKind } from '../hook/install';
import { hookReport } from '../hook/report';
import { readSettings } from '../hook/settings-file';
import type { DoctorDeps, Examine } from './deps';

/** The hooks in the settings of each agent that is set up here: there, and of this ccbot. */
export const examineHooks: Examine = (deps) =>
  hookedKinds(deps, undefined).map((kind) => examineKind(kind, deps));

function examineKind({ id, title, hooks }: HookedKind, { home, env, hookCommand }: DoctorDeps) {
  const check = checkOf(`hooks-${id}`, `hooks of ${title}`);
  const path = hooks.file(home, env);
  try {
    const command = hookCommandFor(hookCommand, id);
    const { events, version } = hookReport(readSettings(path) ?? {}, command, hooks.events);
    const wrong = Object.entries(events).filter(([, state]) => state !== 'installed');
    if (wrong.length === 0) return check.ok(`installed in ${path}`);
    const words = wrong.map(([event, state]) => `${event} ${state}`).join(', ');
    const whose = version === null ? '' : ` (those of ccbot ${version})`;
    return check.warn(`${path}: ${words}${whose}`, `Run \`ccbot hook --install --agent ${id}\`.`);
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    return check.bad(error.fault.what, error.fault.todo);
  }
}
