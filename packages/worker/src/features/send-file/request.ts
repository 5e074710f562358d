import { accessSync, constants, existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { readForeignSync } from '@ccbot/shared/files/foreign-file-sync';
import { NotOursError, type OwnDirectory } from '@ccbot/shared/ownership/directory';
import { connectOwn } from '@ccbot/shared/ownership/socket';
import { parseJson } from '@ccbot/shared/protocol/json';
import { sendAnswer, type SendRequest, type SendResult } from './protocol';
import { answerName, openRelay } from './relay';

export type Asked =
  | { ok: true; results: SendResult[] }
  /** No worker took the request: nothing was sent. */
  | { ok: false; why: 'no-worker' }
  /** A worker took the request and did not answer: some of it may have been sent. */
  | { ok: false; why: 'lost' }
  /** The socket may be another user's: nothing was sent to it. `reason` says what is wrong. */
  | { ok: false; why: 'not-ours'; reason: string };

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
  for (const path of where.relays) {
    const relay = openWritable(path);
    if (relay === null) continue;
    try {
      return await byFile(request, relay, times);
    } finally {
      relay.close();
    }
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
    const socket = connectOwn(path);
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
      if (error instanceof NotOursError)
        return resolve({ ok: false, why: 'not-ours', reason: error.message });
      const absent = error.code === 'ENOENT' || error.code === 'ECONNREFUSED';
      resolve(absent ? 'absent' : 'forbidden');
    });
    socket.on('close', () => {
      if (connected) resolve(read(text));
    });
  });
}

async function byFile(request: SendRequest, relay: OwnDirectory, times: AskTimes): Promise<Asked> {
  const path = relay.at(`${request.id}.request`);
  const answer = relay.at(answerName(request.id));
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

/** Null if the directory is missing, forbidden, or not this user's alone: the next one is tried. */
function openWritable(path: string): OwnDirectory | null {
  let relay: OwnDirectory | undefined;
  try {
    relay = openRelay(path);
    accessSync(relay.at('.'), constants.W_OK | constants.X_OK);
    return relay;
  } catch {
    relay?.close();
    return null;
  }
}
