import { plainPath } from '../../agents/transcript-file';
import type { RestoredFrom } from '../machine/model';
import { isLive, plainName, type Session } from '../model';
import { checkDirectory } from './directory';
import type { Opened, OpenRefusal } from './model';
import { freeName } from '../unique-name';
import { openWindow, reopen, type OpenerDeps } from './opener';
import { checkProgram, programOf } from './programs';
import type { Whereabouts } from './whereabouts';

export interface RestoreDeps extends OpenerDeps {
  /** The processes of the session's earlier agent that still use its transcript. */
  leftOf(session: Session): Promise<readonly number[]>;
  whereabouts: Pick<Whereabouts, 'transcript'>;
}

/** Opens an archived session in a new window. A live session is left alone, so a second tap opens none. */
export async function restoreSession(deps: RestoreDeps, id: string): Promise<Opened> {
  const session = deps.registry.get(id);
  if (session === undefined) return { ok: false, why: { code: 'unknown-session' } };
  if (isLive(session)) return session.phase === 'opening' ? openWindow(deps, session) : { ok: true, session };
  const twin = liveTwin(deps, session);
  if (twin !== undefined) return { ok: true, session: twin };
  const from = await whereItWas(deps, session);
  const refusal = await refusalOf(deps, { ...session, ...from });
  if (refusal !== null) return { ok: false, why: refusal };
  return reopen(deps, session, freeName(deps.registry, plainName(session)), from);
}

/** Where to resume: the agent may have moved the session, or stored another one than it reported last. */
async function whereItWas(
  { agents, whereabouts }: RestoreDeps,
  session: Session,
): Promise<Partial<RestoredFrom>> {
  const found = await whereabouts.transcript(session);
  if (found === null) return {};
  const { sessionId } = found;
  // The agent writes a plain one again.
  const transcriptPath = plainPath(found.transcriptPath);
  const cwd = (await agents.of(session).directoryOf?.(transcriptPath)) ?? null;
  return { sessionId, transcriptPath, ...(cwd === null ? {} : { cwd }) };
}

/** A live session that already runs the same session of the agent: a second agent would write the same transcript. */
function liveTwin({ registry }: RestoreDeps, { binding }: Session): Session | undefined {
  if (binding === undefined) return undefined;
  return registry.live().find((session) => session.binding?.sessionId === binding.sessionId);
}

async function refusalOf(deps: RestoreDeps, session: Session): Promise<OpenRefusal | null> {
  const { agents, host } = deps;
  const { name, cwd, surface, binding } = session;
  if (surface === 'screen') return { code: 'not-resumable', name };
  if (binding === undefined) return { code: 'nothing-to-resume', name };
  const refusal =
    (await checkDirectory(cwd)) ?? (await checkProgram(programOf(agents, host, session.agent), host));
  if (refusal !== null) return refusal;
  const pids = await deps.leftOf(session);
  return pids.length > 0 ? { code: 'still-running', name, pids } : null;
}
