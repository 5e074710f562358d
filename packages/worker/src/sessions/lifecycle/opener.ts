import { knownProcess, type KnownProcess } from '@ccbot/shared/processes/known-process';
import type { AgentCatalog } from '../../agents/catalog';
import { newCard } from '../../cards/model';
import { PanesError, type OpenRequest, type Panes } from '../../terminal/panes';
import type { RestoredFrom } from '../machine/model';
import { isLive, plainName, type Session } from '../model';
import type { Registry } from '../registry';
import { freeName } from '../unique-name';
import { noteOf } from '../window-note';
import { checkDirectory, isDirectory, resolvePath } from './directory';
import { findProgram } from './find-program';
import type { Host, NewSession, Opened } from './model';
import { checkProgram, programOf, searchPath, sessionEnvironment } from './programs';

export interface OpenerDeps {
  host: Host;
  agents: AgentCatalog;
  registry: Registry;
  windows: Pick<Panes, 'list' | 'open'>;
  now(): number;
}

/** Opens a window with an agent. */
export async function openSession(deps: OpenerDeps, request: NewSession): Promise<Opened> {
  const { registry, agents, host } = deps;
  const existing = registry.get(request.id);
  if (existing !== undefined) return openAgain(deps, existing, request);
  const program = programOf(agents, host, request.agent);
  const { path, line } = await splitLine(deps, request);
  const cwd = directoryOf(deps, path);
  const refusal = (await checkDirectory(cwd)) ?? (await checkProgram(program, host));
  if (refusal !== null) return { ok: false, why: refusal };
  const session = createSession(deps, { ...request, cwd, line }, program.agent);
  registry.add(session);
  return request.resume === undefined ? openWindow(deps, session) : reopen(deps, session, plainName(session));
}

/** The same request again: after a crash, or by a second tap. */
async function openAgain(deps: OpenerDeps, session: Session, { resume }: NewSession): Promise<Opened> {
  if (session.phase === 'opening') return openWindow(deps, session);
  if (resume !== undefined && !isLive(session)) return reopen(deps, session, plainName(session));
  return { ok: true, session };
}

/** An archived session runs again, in a window of its own, and its agent resumes its own session. */
export function reopen(
  deps: OpenerDeps,
  session: Session,
  name: string,
  from: Partial<RestoredFrom> = {},
): Promise<Opened> {
  const { registry, now } = deps;
  registry.dispatch(session.id, [{ type: 'restored', at: now(), name, ...from }]);
  return openWindow(deps, registry.get(session.id) ?? session);
}

/** Opens the window of a session that has none yet. */
export async function openWindow(deps: OpenerDeps, session: Session): Promise<Opened> {
  const { registry, windows, now } = deps;
  let program: KnownProcess;
  try {
    const there = (await windows.list()).find((pane) => pane.session === session.id);
    const { pid } = there ?? (await windows.open(await windowRequest(deps, session)));
    program = knownProcess(pid);
  } catch (error) {
    if (!(error instanceof PanesError)) throw error;
    registry.dispatch(session.id, [{ type: 'lost', at: now() }]);
    return { ok: false, why: { code: 'window-failed', reason: error.message } };
  }
  registry.dispatch(session.id, [{ type: 'opened', at: now(), program }]);
  return { ok: true, session: registry.get(session.id) ?? session };
}

async function windowRequest({ host, agents }: OpenerDeps, session: Session): Promise<OpenRequest> {
  const { agent, command, flags } = programOf(agents, host, session.agent);
  const [program = '', ...args] = command;
  const path = await findProgram(program, searchPath(host));
  const { line } = session;
  const resume = session.restoring === true ? session.binding?.sessionId : undefined;
  return {
    session: session.id,
    name: plainName(session),
    cwd: session.cwd,
    note: noteOf(session, host.dir),
    argv: agent.launch({
      command: [path ?? program, ...args],
      flags,
      ...(line === undefined ? {} : { line }),
      ...(resume === undefined ? {} : { resume }),
    }),
    env: { ...sessionEnvironment(host), CCBOT_SESSION: session.id },
  };
}

/** A request whose directory and command line are known. */
interface ResolvedRequest extends Omit<NewSession, 'line'> {
  cwd: string;
  line: string | undefined;
}

function createSession(
  { registry, now }: OpenerDeps,
  request: ResolvedRequest,
  agent: { id: string; title: string; surface?: 'screen' },
): Session {
  const { id, chatId, cwd, line, resume } = request;
  const name = freeName(registry, request.name ?? defaultName(cwd, line));
  const isUnnamed = request.name === undefined && line === undefined && resume === undefined;
  const session: Session = {
    id,
    chatId,
    name,
    agent: agent.id,
    cwd,
    ...(line === undefined ? {} : { line }),
    ...(agent.surface === undefined ? {} : { surface: agent.surface }),
    ...(isUnnamed ? { unnamed: true as const } : {}),
    createdAt: now(),
    phase: 'opening',
    card: {
      ...newCard({ session: id, name, agent: agent.title }),
      ...(agent.surface === 'screen' ? { prompt: line ?? '', screen: '' } : {}),
    },
  };
  if (resume === undefined) return session;
  // Stored as an archived session, which is then restored.
  const { sessionId, transcriptPath, about } = resume;
  const at = now();
  return {
    ...session,
    phase: 'ended',
    ended: { at, why: 'done' },
    about,
    binding: { sessionId, transcriptPath, at },
  };
}

/** The program of a command line, or the last folder of a path. */
function defaultName(cwd: string, line: string | undefined): string {
  const source = line === undefined ? cwd : (line.split(/\s/)[0] ?? cwd);
  return source.split('/').filter(Boolean).at(-1) ?? 'root';
}

/** Splits a directory off the beginning of a command line. What only looks like one, such as `./build.sh`, stays in the line. */
async function splitLine(
  { host }: OpenerDeps,
  { path, line }: NewSession,
): Promise<{ path: string | undefined; line: string | undefined }> {
  const [, first, rest = ''] = /^([/~.]\S*)(?:\s+([\s\S]*))?$/.exec(line ?? '') ?? [];
  if (first === undefined || !(await isDirectory(resolvePath(first, host.cwd, host.home))))
    return { path, line };
  return { path: first, line: rest === '' ? undefined : rest };
}

/** Without a path the directory of the newest session. */
function directoryOf({ registry, host }: OpenerDeps, path: string | undefined): string {
  if (path === undefined) return registry.all().at(-1)?.cwd ?? host.cwd;
  return resolvePath(path, host.cwd, host.home);
}
