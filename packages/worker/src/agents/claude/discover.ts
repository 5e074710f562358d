import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { processStartTime } from '@ccbot/shared/lock/holder';
import type { LiveSession } from '../agent';

/** Where Claude Code keeps its state. */
export function claudeHome(home: string, env: Readonly<Record<string, string | undefined>>): string {
  const configured = env['CLAUDE_CONFIG_DIR'];
  return configured === undefined || configured === '' ? join(home, '.claude') : configured;
}

/** The session that runs as process `pid`, from Claude Code's own `sessions/<pid>.json`; null when it wrote none, or another process did. */
export async function discoverSession(stateDir: string, pid: number): Promise<LiveSession | null> {
  let raw: Record<string, unknown>;
  try {
    raw = JSON.parse(await readFile(join(stateDir, 'sessions', `${pid}.json`), 'utf8')) as Record<
      string,
      unknown
    >;
  } catch {
    return null; // none, or half-written: the next look finds it
  }
  const { sessionId, cwd, procStart } = raw;
  if (typeof sessionId !== 'string' || !/^[\w-]{1,100}$/.test(sessionId) || typeof cwd !== 'string')
    return null;
  const started = processStartTime(pid);
  if (typeof procStart === 'string' && started !== null && procStart !== started) return null;
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
  return join(stateDir, 'projects', cwd.replace(/[^A-Za-z0-9]/g, '-'), `${sessionId}.jsonl`);
}
