import { access, constants, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import { newCard } from '../cards/model';
import type { Agent } from '../agents/agent';
import { PanesError, type Panes } from '../terminal/panes';
import { words } from '../words/en';
import type { Registry } from './registry';
import type { Session } from './model';

/** What opening a session needs. */
export interface OpenerDeps {
  registry: Registry;
  panes: Panes;
  /** The agent that new sessions get, with its command and flags of the settings. */
  agent: Agent;
  command: readonly string[];
  /** The setting that names the command, for the message when it is missing. */
  commandSetting: string;
  flags: readonly string[];
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
export async function openSession(
  deps: OpenerDeps,
  request: { id: string; chatId: number; name?: string; path?: string },
): Promise<Opened> {
  const existing = deps.registry.get(request.id);
  if (existing !== undefined) {
    if (existing.phase === 'opening') return openWindow(deps, existing);
    return { ok: true, session: existing };
  }
  const cwd = directoryOf(deps, request.path);
  const wrong = await directoryTrouble(cwd);
  if (wrong !== null) return { ok: false, say: wrong };
  const [program = ''] = deps.command;
  if ((await findProgram(program, deps.path)) === null) {
    return { ok: false, say: words.noCommand(program, deps.commandSetting) };
  }
  const taken = new Set(deps.registry.live().map((s) => s.name.toLowerCase()));
  const name = uniqueName(request.name ?? cwd.split('/').filter(Boolean).at(-1) ?? 'root', taken);
  const session: Session = {
    id: request.id,
    chatId: request.chatId,
    name,
    agent: deps.agent.id,
    cwd,
    createdAt: deps.now(),
    phase: 'opening',
    card: newCard({ session: request.id, name, agent: deps.agent.title }),
  };
  deps.registry.add(session);
  return openWindow(deps, session);
}

async function openWindow(deps: OpenerDeps, session: Session): Promise<Opened> {
  const [program = '', ...rest] = deps.command;
  const found = await findProgram(program, deps.path);
  try {
    const open = await deps.panes.list();
    if (!open.some((pane) => pane.session === session.id)) {
      await deps.panes.open({
        session: session.id,
        name: session.name,
        cwd: session.cwd,
        argv: deps.agent.launch({ command: [found ?? program, ...rest], flags: deps.flags }),
        env: { ...deps.env, CCBOT_SESSION: session.id },
      });
    }
  } catch (error) {
    if (!(error instanceof PanesError)) throw error;
    deps.registry.dispatch(session.id, [{ type: 'lost', at: deps.now() }]);
    return { ok: false, say: words.openFailed(error.message) };
  }
  deps.registry.dispatch(session.id, [{ type: 'opened', at: deps.now() }]);
  return { ok: true, session: deps.registry.get(session.id) ?? session };
}

function directoryOf(deps: OpenerDeps, path: string | undefined): string {
  if (path === undefined) return deps.registry.all().at(-1)?.cwd ?? deps.defaultDirectory;
  if (path === '~' || path.startsWith('~/')) return join(deps.home, path.slice(1));
  return isAbsolute(path) ? resolve(path) : resolve(deps.defaultDirectory, path);
}

async function directoryTrouble(cwd: string): Promise<string | null> {
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

/** `wanted`, or with the first free number behind it. Cut to 32 characters; what tmux or a button could misread is left out. */
export function uniqueName(wanted: string, taken: ReadonlySet<string>): string {
  const base =
    [...wanted.replace(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^-+|-+$/g, '')].slice(0, 32).join('') ||
    'session';
  if (!taken.has(base.toLowerCase())) return base;
  for (let n = 2; ; n++) {
    const name = `${base}-${n}`;
    if (!taken.has(name.toLowerCase())) return name;
  }
}
