import { checkOf } from '@ccbot/shared/doctor/check';
import { FaultError } from '@ccbot/shared/faults/fault';
import { hookCommandFor } from '../hook/entries';
import { hookedKinds, type HookedKind } from '../hook/install';
import { hookReport } from '../hook/report';
import { readSettings } from '../hook/settings-file';
import { statusLineState } from '../hook/statusline-setting';
import type { DoctorDeps, Examine } from './deps';

/** The hooks in the settings of each agent that is set up here: there, and of this ccbot. */
export const examineHooks: Examine = (deps) =>
  hookedKinds(deps, undefined).map((kind) => examineKind(kind, deps));

function examineKind(
  { id, title, hooks, statusLine: hasLine }: HookedKind,
  { home, env, hookCommand, statusLine }: DoctorDeps,
) {
  const check = checkOf(`hooks-${id}`, `hooks of ${title}`);
  const path = hooks.file(home, env);
  try {
    const settings = readSettings(path) ?? {};
    const { events, version } = hookReport(settings, hookCommandFor(hookCommand, id), hooks.events);
    const line = hasLine ? { 'status line': statusLineState(settings, statusLine) } : {};
    const states = Object.entries({ ...events, ...line });
    const wrong = states.filter(([, state]) => state !== 'installed' && state !== 'foreign');
    if (wrong.length === 0) return check.ok(`installed in ${path}`);
    const words = wrong.map(([event, state]) => `${event} ${state}`).join(', ');
    const whose = version === null ? '' : ` (those of ccbot ${version})`;
    return check.warn(`${path}: ${words}${whose}`, `Run \`ccbot hook --install --agent ${id}\`.`);
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    return check.bad(error.fault.what, error.fault.todo);
  }
}
