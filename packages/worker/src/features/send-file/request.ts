import { accessSync, constants, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { sendAnswer, type SendRequest, type SendResult } from './protocol';
import { answerName } from './relay';

/** What came of asking the worker. */
export type Asked =
  | { ok: true; results: SendResult[] }
  /** Nobody is there: nothing was sent. */
  | { ok: false; why: 'no-worker' }
  /** Somebody took the request and did not answer: look before you send again. */
  | { ok: false; why: 'lost' };

/** How long things take at most, ms; tests wait less. */
export interface AskTimes {
  /** For a worker that is just being replaced. */
  connectMs: number;
  /** For an answer; longer than the worker waits for Telegram. */
  answerMs: number;
}

/** The times of the command. */
export const ASK_TIMES: AskTimes = { connectMs: 5_000, answerMs: 90_000 };

/** The pause between two looks, ms: this program lives for a moment, and a sandbox may not let it watch a directory. */
const LOOK_MS = 100;

/** Asks over the socket; where that is not allowed, as in a sandbox, by a file in the first directory that can be written to. */
export async function askWorker(
  request: SendRequest,
  where: { socket: string; relays: readonly string[] },
  times: AskTimes,
): Promise<Asked> {
  const until = Date.now() + times.connectMs;
  for (;;) {
    const asked = await overSocket(request, where.socket, times.answerMs);
    if (typeof asked === 'object') return asked;
    if (asked === 'forbidden') break;
    if (Date.now() > until) return { ok: false, why: 'no-worker' };
    await delay(LOOK_MS);
  }
  for (const dir of where.relays) {
    if (canWrite(dir)) return byFile(request, dir, times);
  }
  return { ok: false, why: 'no-worker' };
}

/** `absent`: nobody listens; `forbidden`: this program may not use sockets. */
function overSocket(
  request: SendRequest,
  path: string,
  answerMs: number,
): Promise<Asked | 'absent' | 'forbidden'> {
  return new Promise((resolve) => {
    let text = '';
    let connected = false;
    const socket = connect(path);
    socket.setTimeout(answerMs, () => socket.destroy());
    socket.setEncoding('utf8');
    socket.on('connect', () => {
      connected = true;
      socket.write(`${JSON.stringify(request)}\n`);
    });
    socket.on('data', (chunk: string) => {
      text += chunk;
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (connected) return; // told by `close`
      const absent = error.code === 'ENOENT' || error.code === 'ECONNREFUSED';
      resolve(absent ? 'absent' : 'forbidden');
    });
    socket.on('close', () => {
      if (connected) resolve(read(text));
    });
  });
}

async function byFile(request: SendRequest, dir: string, times: AskTimes): Promise<Asked> {
  const path = join(dir, `${request.id}.request`);
  const answer = join(dir, answerName(request.id));
  writeFileSync(`${path}.writing`, JSON.stringify(request), { mode: 0o600 });
  renameSync(`${path}.writing`, path);
  const begun = Date.now();
  for (;;) {
    await delay(LOOK_MS);
    if (existsSync(answer)) {
      const asked = read(readFileSync(answer, 'utf8'));
      rmSync(answer, { force: true });
      return asked;
    }
    const waited = Date.now() - begun;
    if (existsSync(path)) {
      if (waited < times.connectMs) continue;
      rmSync(path, { force: true });
      return { ok: false, why: 'no-worker' };
    }
    if (waited > times.answerMs) return { ok: false, why: 'lost' };
  }
}

function read(text: string): Asked {
  try {
    const parsed = sendAnswer.safeParse(JSON.parse(text));
    if (parsed.success) return { ok: true, results: parsed.data.results };
  } catch {
    // Half a line: the worker went away in the middle of it.
  }
  return { ok: false, why: 'lost' };
}

function canWrite(dir: string): boolean {
  try {
    accessSync(dir, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false; // not there, or not for us: the next one
  }
}
