import { access, constants, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import { newCard } from '../../cards/model';
import type { Agent, EarlierSession } from '../../agents/agent';
import { PanesError, type Panes } from '../../terminal/panes';
import type { Words, WordsOf } from '../../words/words';
import type { Registry } from '../registry';
import { isLive, type Session } from '../model';
import { noteOf } from '../window-note';
import { uniqueName } from '../unique-name';

/** An agent with what starts it. */
export interface Startable {
  agent: Agent;
  command: readonly string[];
  /** The setting that names the command, for the message when it is missing; empty where the person writes the command. */
  commandSetting: string;
  flags: readonly string[];
}

/** What session is to be opened. */
export interface NewSession {
  /** The session's id, derived from the update. */
  id: string;
  chatId: number;
  /** The agent's id; absent: that of the settings. */
  agent?: string;
  name?: string;
  path?: string;
  /** The command line, for an agent that is one; a directory before it is where it runs. */
  line?: string;
  /** A session of the agent's own that is to go on. */
  resume?: EarlierSession;
}

/** What opening a session needs. */
export interface OpenerDeps {
  wordsOf: WordsOf;
  registry: Registry;
  panes: Panes;
  /** How an agent is started; without an id, or with one that is no longer there, the agent of the settings. */
  startable(id?: string): Startable;
  /** Added to the window's environment beside `CCBOT_SESSION`. */
  env: Readonly<Record<string, string>>;
  home: string;
  /** The search path for the agent's command. */
  path: string;
  /** Where a session goes when no path is given and none was used before. */
  defaultDirectory: string;
  now(): number;
}

/** What came of `/new`: a session, or words that say why not. */
export type Opened = { ok: true; session: Session } | { ok: false; say: string };

/** Opens a window with an agent. The id is derived from the update, so that the same message never opens two. */
export async function openSession(deps: OpenerDeps, request: NewSession): Promise<Opened> {
  const words = deps.wordsOf(request.chatId);
  const existing = deps.registry.get(request.id);
  if (existing !== undefined) {
    if (existing.phase === 'opening') return openWindow(deps, existing);
    if (request.resume !== undefined && !isLive(existing)) return goOn(deps, existing, existing.name);
    return { ok: true, session: existing };
  }
  const { agent, command, commandSetting } = deps.startable(request.agent);
  const { path, line } = await whereAndWhat(deps, request);
  const cwd = directoryOf(deps, path);
  const wrong = await directoryTrouble(cwd, words);
  if (wrong !== null) return { ok: false, say: wrong };
  const [program = ''] = command;
  if ((await findProgram(program, deps.path)) === null) {
    return { ok: false, say: words.noCommand(program, commandSetting) };
  }
  const taken = new Set(deps.registry.live().map((s) => s.name.toLowerCase()));
  const usual = line === undefined ? cwd : (line.split(/\s/)[0] ?? cwd);
  const name = uniqueName(request.name ?? usual.split('/').filter(Boolean).at(-1) ?? 'root', taken);
  const session: Session = {
    id: request.id,
    chatId: request.chatId,
    name,
    agent: agent.id,
    cwd,
    ...(line === undefined ? {} : { line }),
    ...(agent.surface === undefined ? {} : { surface: agent.surface }),
    ...(request.name === undefined && line === undefined && request.resume === undefined
      ? { unnamed: true as const }
      : {}),
    createdAt: deps.now(),
    phase: 'opening',
    card: {
      ...newCard({ session: request.id, name, agent: agent.title }),
      ...(agent.surface === 'screen' ? { prompt: line ?? '', screen: '' } : {}),
    },
  };
  const { resume } = request;
  if (resume === undefined) {
    deps.registry.add(session);
    return openWindow(deps, session);
  }
  // As one of the archive that is restored.
  const { sessionId, transcriptPath, about } = resume;
  const at = deps.now();
  const earlier: Session = {
    ...session,
    phase: 'ended',
    ended: { at, why: 'done' },
    about,
    binding: { sessionId, transcriptPath, at },
  };
  deps.registry.add(earlier);
  return goOn(deps, earlier, name);
}

/**
 * Opens a window in which an archived session goes on with its agent's own session. A session that is live already is
 * left alone, so that a second tap opens none.
 */
export async function restoreSession(
  deps: OpenerDeps & {
    /** Ends what is left of its earlier agent; resolves with the processes that did not go. */
    endOrphans(session: Session): Promise<readonly number[]>;
  },
  id: string,
): Promise<Opened> {
  const session = deps.registry.get(id);
  const words = deps.wordsOf(session?.chatId ?? 0);
  if (session === undefined) return { ok: false, say: words.expired };
  if (isLive(session)) {
    return session.phase === 'opening' ? openWindow(deps, session) : { ok: true, session };
  }
  // Its agent's session goes on already, in another one of ours: a second agent would write the same transcript.
  const twin = deps.registry.live().find(({ binding }) => binding?.sessionId === session.binding?.sessionId);
  if (session.binding !== undefined && twin !== undefined) return { ok: true, session: twin };
  if (session.surface === 'screen') return { ok: false, say: words.archive.cannotResume(session.name) };
  if (session.binding === undefined) return { ok: false, say: words.archive.nothingToResume(session.name) };
  const wrong = await directoryTrouble(session.cwd, words);
  if (wrong !== null) return { ok: false, say: wrong };
  const { command, commandSetting } = deps.startable(session.agent);
  const [program = ''] = command;
  if ((await findProgram(program, deps.path)) === null) {
    return { ok: false, say: words.noCommand(program, commandSetting) };
  }
  const left = await deps.endOrphans(session);
  if (left.length > 0) return { ok: false, say: words.archive.stillThere(session.name, left) };
  const taken = new Set(deps.registry.live().map((s) => s.name.toLowerCase()));
  const name = uniqueName(session.name, taken);
  return goOn(deps, session, name);
}

/** A session of the archive goes on, in a window of its own. */
function goOn(deps: OpenerDeps, session: Session, name: string): Promise<Opened> {
  deps.registry.dispatch(session.id, [{ type: 'restored', at: deps.now(), name }]);
  return openWindow(deps, deps.registry.get(session.id) ?? session);
}

async function openWindow(deps: OpenerDeps, session: Session): Promise<Opened> {
  const { agent, command, flags } = deps.startable(session.agent);
  const [program = '', ...rest] = command;
  const { line } = session;
  const resume = session.restoring === true ? session.binding?.sessionId : undefined;
  const found = await findProgram(program, deps.path);
  try {
    const open = await deps.panes.list();
    if (!open.some((pane) => pane.session === session.id)) {
      await deps.panes.open({
        session: session.id,
        name: session.name,
        cwd: session.cwd,
        note: noteOf(session, deps.env['CCBOT_DIR'] ?? ''),
        argv: agent.launch({
          command: [found ?? program, ...rest],
          flags,
          ...(line === undefined ? {} : { line }),
          ...(resume === undefined ? {} : { resume }),
        }),
        env: { ...deps.env, CCBOT_SESSION: session.id },
      });
    }
  } catch (error) {
    if (!(error instanceof PanesError)) throw error;
    deps.registry.dispatch(session.id, [{ type: 'lost', at: deps.now() }]);
    return { ok: false, say: deps.wordsOf(session.chatId).openFailed(error.message) };
  }
  deps.registry.dispatch(session.id, [{ type: 'opened', at: deps.now() }]);
  return { ok: true, session: deps.registry.get(session.id) ?? session };
}

/** A directory before a command line is where it runs; what only looks like one, such as `./build.sh`, is part of it. */
async function whereAndWhat(
  deps: OpenerDeps,
  { path, line }: NewSession,
): Promise<Pick<NewSession, 'path' | 'line'>> {
  const [, first, rest = ''] = /^([/~.]\S*)(?:\s+([\s\S]*))?$/.exec(line ?? '') ?? [];
  if (first === undefined || !(await isDirectory(directoryOf(deps, first)))) {
    return { ...(path === undefined ? {} : { path }), ...(line === undefined ? {} : { line }) };
  }
  return { path: first, ...(rest === '' ? {} : { line: rest }) };
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false; // whatever it is, it is nothing to run in
  }
}

function directoryOf(deps: OpenerDeps, path: string | undefined): string {
  if (path === undefined) return deps.registry.all().at(-1)?.cwd ?? deps.defaultDirectory;
  if (path === '~' || path.startsWith('~/')) return join(deps.home, path.slice(1));
  return isAbsolute(path) ? resolve(path) : resolve(deps.defaultDirectory, path);
}

/** Why a session cannot start in a directory, for people; null: it can. */
export async function directoryTrouble(cwd: string, words: Words): Promise<string | null> {
  try {
    if (!(await stat(cwd)).isDirectory()) return words.notADirectory(cwd);
    await access(cwd, constants.R_OK | constants.X_OK);
    return null;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EACCES' || code === 'EPERM') return words.unreadableDirectory(cwd);
    if (code === 'ENOTDIR') return words.notADirectory(cwd);
    return words.noDirectory(cwd);
  }
}

/** Where a program is, or null; as a shell would look it up, but without one. */
export async function findProgram(program: string, searchPath: string): Promise<string | null> {
  if (program === '') return null;
  const candidates = program.includes('/')
    ? [resolve(program)]
    : searchPath.split(delimiter).map((folder) => join(folder, program));
  for (const candidate of candidates) {
    try {
      await access(candidate, constants.X_OK);
      if ((await stat(candidate)).isFile()) return candidate;
    } catch {
      continue; // not here; the next folder may have it
    }
  }
  return null;
}
