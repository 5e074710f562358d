import { promises } from 'node:fs';
import { basename, join } from 'node:path';
import type { LiveSession } from '../agent';
import { fileHead } from '../file-head';
import { fields, recordOf, text } from '../record';

/** Where Codex keeps its state. */
export function codexHome(home: string, env: Readonly<Record<string, string | undefined>>): string {
  const configured = env['CODEX_HOME'];
  return configured === undefined || configured === '' ? join(home, '.codex') : configured;
}

/** No chain of wrappers between a window's program and its agent is longer. */
const MOST_WRAPPERS = 8;

/** A session's transcript; the name ends with the session's id. */
export const ROLLOUT = /^rollout-.*-([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\.jsonl$/;

/** How much of a transcript's first record is read for who wrote it, bytes: its instructions come behind that. */
const HEAD_BYTES = 4_096;

/**
 * The session that runs as process `pid`, or as one below it where a wrapper started Codex: the transcript that the
 * process has open. It opens one at the first prompt, not before; of several (`/new`, sub-agents) it is the person's
 * own that was written last. Null where there is none, or where this system does not tell of open files.
 */
export async function discoverSession(pid: number): Promise<LiveSession | null> {
  let level = [pid];
  for (let depth = 0; level.length > 0 && depth <= MOST_WRAPPERS; depth++) {
    for (const one of level) {
      const found = await sessionOf(one);
      if (found !== null) return found;
    }
    level = (await Promise.all(level.map(childrenOf))).flat();
  }
  return null;
}

/** The processes that have a session's transcript open to write in it: whoever only reads it is no agent. */
export async function processesOf(transcriptPath: string): Promise<number[]> {
  const names = await promises.readdir('/proc').catch(() => []); // this system has none: nothing can be told
  const pids = names.filter((name) => /^\d+$/.test(name)).map(Number);
  const open = await Promise.all(
    pids.map(async (pid) => (await openRollouts(pid, true)).includes(transcriptPath)),
  );
  return pids.filter((_, i) => open[i]);
}

async function sessionOf(pid: number): Promise<LiveSession | null> {
  let newest: { session: LiveSession; at: number } | undefined;
  for (const path of await openRollouts(pid)) {
    const session = await ownSession(pid, path);
    const at = (await promises.stat(path).catch(() => null))?.mtimeMs; // null: it was removed meanwhile
    if (session === null || at === undefined) continue;
    if (newest === undefined || at > newest.at) newest = { session, at };
  }
  return newest?.session ?? null;
}

/** How a file is open, in octal: the last digit says whether to read it (0), to write it (1) or both (2). */
const WRITES = /^flags:\s*[0-7]*[12]$/m;

async function openRollouts(pid: number, toWrite = false): Promise<string[]> {
  const folder = `/proc/${pid}/fd`;
  const names = await promises.readdir(folder).catch(() => []); // it ended, or this system has no /proc
  const targets = await Promise.all(
    names.map(async (name) => {
      const target = await promises.readlink(join(folder, name)).catch(() => '');
      if (!ROLLOUT.test(basename(target)) || !toWrite) return target;
      const how = await promises.readFile(`/proc/${pid}/fdinfo/${name}`, 'utf8').catch(() => ''); // closed
      return WRITES.test(how) ? target : '';
    }),
  );
  return [...new Set(targets)].filter((target) => ROLLOUT.test(basename(target)));
}

/** The session of a transcript, unless it is a sub-agent's or that of `codex exec`, which no window shows. */
export async function ownSession(pid: number, path: string): Promise<LiveSession | null> {
  const sessionId = ROLLOUT.exec(basename(path))?.[1];
  const head = (await fileHead(path, HEAD_BYTES))?.split('\n')[0];
  if (sessionId === undefined || head === undefined) return null;
  const whole = fields(recordOf(head)?.['payload']);
  // The first record may be longer than what was read of it: then its fields are looked for one by one.
  const field = (name: string): string =>
    text(whole[name]) || (new RegExp(`"${name}":"((?:[^"\\\\]|\\\\.)*)"`).exec(head)?.[1] ?? '');
  const isSub = typeof whole['source'] === 'object' || /"source":\{/.test(head);
  if (isSub || field('originator') === 'codex_exec') return null;
  return { pid, sessionId, cwd: field('cwd'), transcriptPath: path };
}

async function childrenOf(pid: number): Promise<number[]> {
  const told = await promises.readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => ''); // it ended
  return told.trim().split(/\s+/).filter(Boolean).map(Number);
}
