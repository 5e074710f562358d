import { readlink, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { namesInForeign } from '@ccbot/shared/files/foreign-directory';
import { readForeign } from '@ccbot/shared/files/foreign-file';
import type { LiveSession } from '../agent';
import { fileHead } from '../file-head';
import { fields, recordOf, text } from '../record';
import { STORED_ROLLOUT } from './stored';

/** The directory in which Codex stores its state. */
export function codexHome(home: string, env: Readonly<Record<string, string | undefined>>): string {
  const configured = env['CODEX_HOME'];
  return configured === undefined || configured === '' ? join(home, '.codex') : configured;
}

/** The most wrapper processes between a window's program and its agent. */
const MAX_WRAPPERS = 8;

/** The file name of a transcript that is written to. It ends with the session's id. */
export const ROLLOUT = /^rollout-.*-([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\.jsonl$/;

/**
 * The session of process `pid`, or of a descendant when a wrapper started Codex: the transcript that the process has
 * open. Codex opens it at the first prompt, not before. Of several (`/new`, sub-agents), the main session that was
 * written last. Null when there is none, or the system does not list open files.
 */
export async function discoverSession(pid: number): Promise<LiveSession | null> {
  let level = [pid];
  for (let depth = 0; level.length > 0 && depth <= MAX_WRAPPERS; depth++) {
    for (const candidate of level) {
      const found = await sessionOf(candidate);
      if (found !== null) return found;
    }
    level = (await Promise.all(level.map(childrenOf))).flat();
  }
  return null;
}

/** The processes that have a transcript open for writing. A process that only reads it is no agent. */
export async function processesOf(transcriptPath: string): Promise<number[]> {
  const names = await namesInForeign('/proc', 'proc'); // none: this system has no /proc
  const pids = names.filter((name) => /^\d+$/.test(name)).map(Number);
  const isWriter = await Promise.all(
    pids.map(async (pid) => (await openRollouts(pid, true)).includes(transcriptPath)),
  );
  return pids.filter((_, i) => isWriter[i]);
}

async function sessionOf(pid: number): Promise<LiveSession | null> {
  let newest: { session: LiveSession; at: number } | undefined;
  for (const path of await openRollouts(pid)) {
    const session = await mainSession(pid, path);
    const at = (await stat(path).catch(() => null))?.mtimeMs; // removed in the meantime
    if (session === null || at === undefined) continue;
    if (newest === undefined || at > newest.at) newest = { session, at };
  }
  return newest?.session ?? null;
}

/** The open flags in `fdinfo`, octal. The last digit is 0 for reading, 1 for writing, 2 for both. */
const WRITES = /^flags:\s*[0-7]*[12]$/m;

async function openRollouts(pid: number, toWrite = false): Promise<string[]> {
  const folder = `/proc/${pid}/fd`;
  const names = await namesInForeign(folder, 'proc'); // none: it has ended, or this system has no /proc
  const targets = await Promise.all(
    names.map(async (name) => {
      const target = await readlink(join(folder, name)).catch(() => '');
      if (!ROLLOUT.test(basename(target)) || !toWrite) return target;
      const info = await readForeign(`/proc/${pid}/fdinfo/${name}`, 'proc').catch(() => ''); // closed
      return WRITES.test(info) ? target : '';
    }),
  );
  return [...new Set(targets)].filter((target) => ROLLOUT.test(basename(target)));
}

/** The session of a transcript. Null for a sub-agent and for `codex exec`, which have no window. */
export async function mainSession(pid: number, path: string): Promise<LiveSession | null> {
  const sessionId = STORED_ROLLOUT.exec(basename(path))?.[1];
  const head = (await fileHead(path, 'recordHead'))?.split('\n')[0];
  if (sessionId === undefined || head === undefined) return null;
  const payload = fields(recordOf(head)?.['payload']);
  // When the first record is longer than the head, search the text for single fields.
  const field = (name: string): string =>
    text(payload[name]) || (new RegExp(`"${name}":"((?:[^"\\\\]|\\\\.){0,4096})"`).exec(head)?.[1] ?? '');
  const isSub = typeof payload['source'] === 'object' || /"source":\{/.test(head);
  if (isSub || field('originator') === 'codex_exec') return null;
  return { pid, sessionId, cwd: field('cwd'), transcriptPath: path };
}

async function childrenOf(pid: number): Promise<number[]> {
  const children = await readForeign(`/proc/${pid}/task/${pid}/children`, 'proc').catch(() => ''); // it has ended
  return children.trim().split(/\s+/).filter(Boolean).map(Number);
}
