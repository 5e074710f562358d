import { accessSync, constants, existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { readForeignSync } from '@ccbot/shared/files/foreign-file-sync';
import { parseJson } from '@ccbot/shared/protocol/json';
import { sendAnswer, type SendRequest, type SendResult } from './protocol';
import { answerName } from './relay';

export type Asked =
  | { ok: true; results: SendResult[] }
  /** No worker took the request: nothing was sent. */
  | { ok: false; why: 'no-worker' }
  /** A worker took the request and did not answer: some of it may have been sent. */
  | { ok: false; why: 'lost' };

/** Time limits, ms. */
export interface AskTimes {
  /** For a worker that is being replaced. */
  connectMs: number;
  /** For an answer; longer than the worker waits for Telegram. */
  answerMs: number;
}

export const ASK_TIMES: AskTimes = { connectMs: 5_000, answerMs: 90_000 };

/** How often the answer is looked for, ms. The command polls, since a sandbox may not let it watch a directory. */
const POLL_MS = 100;

/** Asks over the socket. If a sandbox forbids that, asks by a file in the first directory that is writable. */
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
    await delay(POLL_MS);
  }
  for (const dir of where.relays) {
    if (canWrite(dir)) return byFile(request, dir, times);
  }
  return { ok: false, why: 'no-worker' };
}

/** `absent`: no worker listens. `forbidden`: this program may not use sockets. */
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
      if (connected) return; // `close` follows
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
  const startedAt = Date.now();
  for (;;) {
    await delay(POLL_MS);
    if (existsSync(answer)) {
      const asked = read(readForeignSync(answer, 'relay', 'refuse'));
      rmSync(answer, { force: true });
      return asked;
    }
    const waited = Date.now() - startedAt;
    if (existsSync(path)) {
      if (waited < times.connectMs) continue;
      rmSync(path, { force: true });
      return { ok: false, why: 'no-worker' };
    }
    if (waited > times.answerMs) return { ok: false, why: 'lost' };
  }
}

function read(text: string): Asked {
  const answer = parseJson(sendAnswer, text);
  // Half a line: the worker stopped while it wrote.
  return answer === null ? { ok: false, why: 'lost' } : { ok: true, results: answer.results };
}

function canWrite(dir: string): boolean {
  try {
    accessSync(dir, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false; // missing or forbidden: the next one is tried
  }
}
