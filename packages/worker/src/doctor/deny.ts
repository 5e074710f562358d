import { checkOf, type Check } from '@ccbot/shared/doctor/check';
import { FaultError } from '@ccbot/shared/faults/fault';
import { missingDenyRules } from '../hook/deny';
import type { HookedKind } from '../hook/edit';
import { hookedKinds } from '../hook/install';
import { readSettings } from '../hook/settings-file';
import type { DoctorDeps, Examine } from './deps';

/** The rules by which the agents refuse their own tools ccbot's directory and tmux. */
export const examineDenyRules: Examine = (deps) =>
  hookedKinds(deps.host, undefined).map((kind) => examineKind(kind, deps));

function examineKind({ id, title, hooks, deny }: HookedKind, { host, paths }: DoctorDeps): Check {
  const check = checkOf(`deny-rules-${id}`, `deny rules of ${title}`);
  if (deny === null) return check.skipped(`${title} has no such rules`);
  const { home, env } = host;
  const path = hooks.file(home, env);
  try {
    const missing = missingDenyRules(deny, readSettings(path) ?? {}, { dir: paths.dir, home, env });
    if (missing.length === 0) return check.ok(`they keep ${title} from ${deny.keepsFrom}`);
    return check.warn(
      `missing, so nothing in ${title}'s settings keeps it from ${deny.keepsFrom}`,
      `Run \`ccbot hook --install --deny-rules --agent ${id}\`.`,
    );
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    return check.bad(error.fault.what, error.fault.todo);
  }
}
