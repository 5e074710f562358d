import { checkOf } from '@ccbot/shared/doctor/check';
import { FaultError } from '@ccbot/shared/faults/fault';
import { hookCommandFor } from '../hook/entries';
import type { HookedKind } from '../hook/edit';
import { hookedKinds } from '../hook/install';
import { hookReport } from '../hook/report';
import { readSettings } from '../hook/settings-file';
import { statusLineState } from '../hook/statusline-setting';
import type { DoctorHost, Examine } from './deps';

/** The hooks in the settings of every agent on this machine: whether they are installed and up to date. */
export const examineHooks: Examine = ({ host }) =>
  hookedKinds(host, undefined).map((kind) => examineKind(kind, host));

function examineKind(
  { id, title, hooks, statusLine: hasStatusLine }: HookedKind,
  { home, env, hookCommand, statusLine }: DoctorHost,
) {
  const check = checkOf(`hooks-${id}`, `hooks of ${title}`);
  const path = hooks.file(home, env);
  try {
    const settings = readSettings(path) ?? {};
    const { events, version } = hookReport(settings, hookCommandFor(hookCommand, id), hooks.events);
    const line = hasStatusLine ? { 'status line': statusLineState(settings, statusLine) } : {};
    const states = Object.entries({ ...events, ...line });
    const failing = states.filter(([, state]) => state !== 'installed' && state !== 'foreign');
    if (failing.length === 0) return check.ok(`installed in ${path}`);
    const list = failing.map(([event, state]) => `${event} ${state}`).join(', ');
    const installedBy = version === null ? '' : ` (installed by ccbot ${version})`;
    return check.warn(`${path}: ${list}${installedBy}`, `Run \`ccbot hook --install --agent ${id}\`.`);
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    return check.bad(error.fault.what, error.fault.todo);
  }
}
