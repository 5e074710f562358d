import { isAbsolute } from 'node:path';
import { checkOf } from '@ccbot/shared/doctor/check';
import { FaultError } from '@ccbot/shared/faults/fault';
import { hookCommandFor } from '../hook/entries';
import type { HookedKind } from '../hook/edit';
import { hookedKinds } from '../hook/install';
import { goneFiles, hookReport } from '../hook/report';
import { objectOf } from '../hook/json';
import { readMap } from '../hook/map';
import { readSettings } from '../hook/settings-file';
import { ownStatusLine, statusLineState } from '../hook/statusline-setting';
import { hooksOff, offText } from '../hook/switched-off';
import type { DoctorDeps, DoctorHost, Examine } from './deps';

/** The hooks in the settings of every agent on this machine: whether they are installed and up to date. */
export const examineHooks: Examine = ({ host, paths }) =>
  hookedKinds(host, undefined).map((kind) => examineKind(kind, host, directoriesOf(kind.id, paths)));

/** The most directories of sessions in which settings are looked at. */
const DIRECTORIES_MAX = 100;

/** The working directories of the agent's sessions. */
function directoriesOf(agent: string, { sessionMap }: DoctorDeps['paths']): string[] {
  const entries = Object.values(readMap(sessionMap) ?? {}).map(objectOf);
  const directories = entries.filter(({ backend }) => backend === agent).map(({ cwd }) => cwd);
  return [...new Set(directories)]
    .filter((cwd): cwd is string => typeof cwd === 'string' && isAbsolute(cwd))
    .slice(0, DIRECTORIES_MAX);
}

function examineKind(
  { id, title, hooks, statusLine: hasStatusLine }: HookedKind,
  { home, env, hookCommand, statusLine }: DoctorHost,
  projects: readonly string[],
) {
  const check = checkOf(`hooks-${id}`, `hooks of ${title}`);
  const path = hooks.file(home, env);
  try {
    const settings = readSettings(path) ?? {};
    const { events, version } = hookReport(settings, hookCommandFor(hookCommand, id), hooks.events);
    const line = hasStatusLine ? { 'status line': statusLineState(settings, statusLine) } : {};
    const states = Object.entries({ ...events, ...line });
    const failing = states.filter(([, state]) => state !== 'installed' && state !== 'foreign');
    const gone = goneFiles(settings, hooks.events, ownStatusLine(settings));
    if (gone.length > 0) {
      return check.bad(
        `the hooks in ${path} name files that are gone: ${gone.join(', ')}. ${title} refuses prompts while a hook fails`,
        `Run \`ccbot hook --install --agent ${id}\`, or \`ccbot hook --uninstall --agent ${id}\` without ccbot.`,
      );
    }
    const off = hooksOff(hooks, { home, env, projects, platform: process.platform });
    if (failing.length === 0 && off.length > 0) {
      return check.warn(
        `installed in ${path}, but they do not run: switched off by ${off.map(offText).join('; ')}`,
        off.every(({ isManaged }) => isManaged)
          ? 'Ask the administrator to allow them. Without hooks, requests stay at the terminal, and prompts and answers arrive later.'
          : 'Remove that, then start the sessions again. Without hooks, requests stay at the terminal, and prompts and answers arrive later.',
      );
    }
    if (failing.length === 0) return check.ok(`installed in ${path}`);
    const list = failing.map(([event, state]) => `${event} ${state}`).join(', ');
    const installedBy = version === null ? '' : ` (installed by ccbot ${version})`;
    return check.warn(`${path}: ${list}${installedBy}`, `Run \`ccbot hook --install --agent ${id}\`.`);
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    return check.bad(error.fault.what, error.fault.todo);
  }
}
