import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { namesInForeign } from '@ccbot/shared/files/foreign-directory';
import { readForeign } from '@ccbot/shared/files/foreign-file';
import { processStartedAt, processStartTime } from '@ccbot/shared/lock/holder';
import type { LiveSession } from '../agent';
import { absolutePath, recordOf } from '../record';

/** The directory in which Claude Code stores its state. */
export function claudeHome(home: string, env: Readonly<Record<string, string | undefined>>): string {
  const configured = env['CLAUDE_CONFIG_DIR'];
  return configured === undefined || configured === '' ? join(home, '.claude') : configured;
}

/** The most wrapper processes between a window's program and its agent. */
const MAX_WRAPPERS = 8;

/**
 * The session of process `pid`, or of its nearest descendant when a wrapper started the agent. Read from Claude Code's
 * own `sessions/<pid>.json`. Null when there is none, or its process has ended.
 */
export async function discoverSession(stateDir: string, pid: number): Promise<LiveSession | null> {
  const session = await sessionOf(stateDir, pid);
  if (session !== null) return session;
  const names = await namesInForeign(sessionsDirectory(stateDir), 'sessions');
  let nearest: { pid: number; steps: number } | undefined;
  for (const name of names) {
    const other = Number(/^(\d+)\.json$/.exec(name)?.[1]);
    const steps = Number.isNaN(other) ? null : await stepsUp(other, pid);
    if (steps !== null && (nearest === undefined || steps < nearest.steps)) nearest = { pid: other, steps };
  }
  return nearest === undefined ? null : sessionOf(stateDir, nearest.pid);
}

/** The directory in which each live Claude Code has a file, named after its process. */
export function sessionsDirectory(stateDir: string): string {
  return join(stateDir, 'sessions');
}

/** The live session that a file of {@link sessionsDirectory} describes. */
export async function sessionNoted(stateDir: string, name: string): Promise<LiveSession | null> {
  const pid = Number(/^(\d{1,10})\.json$/.exec(name)?.[1]);
  return Number.isNaN(pid) || processStartTime(pid) === null ? null : sessionOf(stateDir, pid);
}

/** The live processes that claim to run a session. */
export async function processesOf(stateDir: string, sessionId: string): Promise<number[]> {
  const names = await namesInForeign(sessionsDirectory(stateDir), 'sessions');
  const pids = names.flatMap((name) => {
    const pid = /^(\d+)\.json$/.exec(name)?.[1];
    return pid === undefined ? [] : [Number(pid)];
  });
  const found = await Promise.all(
    pids.map(async (pid) => (processStartTime(pid) === null ? null : sessionOf(stateDir, pid))),
  );
  return found.flatMap((live) => (live?.sessionId === sessionId ? [live.pid] : []));
}

/** How many generations `pid` is below `ancestor`. Null when it is not, has ended, or the system does not say. */
async function stepsUp(pid: number, ancestor: number): Promise<number | null> {
  for (let current = pid, steps = 0; current > 1 && steps <= MAX_WRAPPERS; steps++) {
    if (current === ancestor) return steps;
    let line: string;
    try {
      line = await readForeign(`/proc/${current}/stat`, 'proc');
    } catch {
      return null; // it has ended, or this system has no /proc
    }
    current = Number(line.slice(line.lastIndexOf(')') + 2).split(' ')[1]);
  }
  return null;
}

/** Tolerance for a clock adjustment between the start of a process and the writing of its file, ms. */
const CLOCK_MS = 10_000;

async function sessionOf(stateDir: string, pid: number): Promise<LiveSession | null> {
  let json: string;
  let written: number;
  try {
    const file = join(sessionsDirectory(stateDir), `${pid}.json`);
    json = await readForeign(file, 'agentNote');
    written = (await stat(file)).mtimeMs;
  } catch {
    return null; // none, or no regular file
  }
  const record = recordOf(json);
  if (record === null) return null; // half-written: the next attempt finds it
  const { sessionId, procStart } = record;
  const cwd = absolutePath(record['cwd']);
  if (typeof sessionId !== 'string' || !/^[\w-]{1,100}$/.test(sessionId) || cwd === '') return null;
  const started = processStartTime(pid);
  if (typeof procStart === 'string' && started !== null && procStart !== started) return null;
  // Without `procStart`: a process that started after the file was written has merely reused the pid.
  if (typeof procStart !== 'string' && (processStartedAt(pid) ?? 0) > written + CLOCK_MS) return null;
  const live: LiveSession = {
    pid,
    sessionId,
    cwd,
    transcriptPath: transcriptPathOf(stateDir, cwd, sessionId),
  };
  const { status, statusUpdatedAt } = record;
  if (status === 'idle' || status === 'busy' || status === 'waiting') live.status = status;
  if (typeof statusUpdatedAt === 'number') live.statusAt = statusUpdatedAt;
  return live;
}

/** The path of a session's transcript. Only for sessions without a hook, because the rule is internal to Claude Code. */
function transcriptPathOf(stateDir: string, cwd: string, sessionId: string): string {
  return join(projectDirectory(stateDir, cwd), `${sessionId}.jsonl`);
}

/** The directory with the transcripts of all sessions in `cwd`. */
export function projectDirectory(stateDir: string, cwd: string): string {
  return join(stateDir, 'projects', cwd.replace(/[^A-Za-z0-9]/g, '-'));
}
