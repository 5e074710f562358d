import { promises } from 'node:fs';
import { join } from 'node:path';
import { processStartedAt, processStartTime } from '@ccbot/shared/lock/holder';
import type { LiveSession } from '../agent';

/** Where Claude Code keeps its state. */
export function claudeHome(home: string, env: Readonly<Record<string, string | undefined>>): string {
  const configured = env['CLAUDE_CONFIG_DIR'];
  return configured === undefined || configured === '' ? join(home, '.claude') : configured;
}

/** No chain of wrappers between a window's program and its agent is longer. */
const MOST_WRAPPERS = 8;

/**
 * The session that runs as process `pid`, or as the nearest one below it where a wrapper started the agent; from
 * Claude Code's own `sessions/<pid>.json`. Null when there is none, or it is of a process that ended.
 */
export async function discoverSession(stateDir: string, pid: number): Promise<LiveSession | null> {
  const own = await sessionOf(stateDir, pid);
  if (own !== null) return own;
  const names = await promises.readdir(join(stateDir, 'sessions')).catch(() => []); // none yet
  let nearest: { pid: number; steps: number } | undefined;
  for (const name of names) {
    const other = Number(/^(\d+)\.json$/.exec(name)?.[1]);
    const steps = Number.isNaN(other) ? null : await stepsUp(other, pid);
    if (steps !== null && (nearest === undefined || steps < nearest.steps)) nearest = { pid: other, steps };
  }
  return nearest === undefined ? null : sessionOf(stateDir, nearest.pid);
}

/** The living processes that say of themselves that they run a session. */
export async function processesOf(stateDir: string, sessionId: string): Promise<number[]> {
  const names = await promises.readdir(join(stateDir, 'sessions')).catch(() => []); // none yet
  const pids = names.flatMap((name) => {
    const pid = /^(\d+)\.json$/.exec(name)?.[1];
    return pid === undefined ? [] : [Number(pid)];
  });
  const found = await Promise.all(
    pids.map(async (pid) => (processStartTime(pid) === null ? null : sessionOf(stateDir, pid))),
  );
  return found.flatMap((live) => (live?.sessionId === sessionId ? [live.pid] : []));
}

/** How many processes `pid` is below `above`; null when it is not, has ended, or this system does not tell. */
async function stepsUp(pid: number, above: number): Promise<number | null> {
  for (let at = pid, steps = 0; at > 1 && steps <= MOST_WRAPPERS; steps++) {
    if (at === above) return steps;
    let stat: string;
    try {
      stat = await promises.readFile(`/proc/${at}/stat`, 'utf8');
    } catch {
      return null; // it ended meanwhile, or this system has no /proc
    }
    at = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  }
  return null;
}

/** A clock that is set a little between a process's start and its file's must not make it another one's, ms. */
const CLOCK_MS = 10_000;

async function sessionOf(stateDir: string, pid: number): Promise<LiveSession | null> {
  let raw: Record<string, unknown>;
  let written: number;
  try {
    const file = join(stateDir, 'sessions', `${pid}.json`);
    const value: unknown = JSON.parse(await promises.readFile(file, 'utf8'));
    written = (await promises.stat(file)).mtimeMs;
    if (typeof value !== 'object' || value === null) return null;
    raw = value as Record<string, unknown>;
  } catch {
    return null; // none, or half-written: the next look finds it
  }
  const { sessionId, cwd, procStart } = raw;
  if (typeof sessionId !== 'string' || !/^[\w-]{1,100}$/.test(sessionId) || typeof cwd !== 'string')
    return null;
  const started = processStartTime(pid);
  if (typeof procStart === 'string' && started !== null && procStart !== started) return null;
  // Without that word: a process that began after the file was written is another one, with its number.
  if (typeof procStart !== 'string' && (processStartedAt(pid) ?? 0) > written + CLOCK_MS) return null;
  const live: LiveSession = {
    pid,
    sessionId,
    cwd,
    transcriptPath: transcriptPathOf(stateDir, cwd, sessionId),
  };
  const { status, statusUpdatedAt } = raw;
  if (status === 'idle' || status === 'busy' || status === 'waiting') live.status = status;
  if (typeof statusUpdatedAt === 'number') live.statusAt = statusUpdatedAt;
  return live;
}

/** Where the transcript of a session lies; only for sessions that no hook told of, as the rule is Claude Code's own. */
function transcriptPathOf(stateDir: string, cwd: string, sessionId: string): string {
  return join(projectDirectory(stateDir, cwd), `${sessionId}.jsonl`);
}

/** Where the transcripts of a directory's sessions lie. */
export function projectDirectory(stateDir: string, cwd: string): string {
  return join(stateDir, 'projects', cwd.replace(/[^A-Za-z0-9]/g, '-'));
}
