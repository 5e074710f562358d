import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { PATIENCE_MS } from '../patience';
import { sendError, sendResult } from './answer';
import { readBody } from './body';
import { applyFault, tooMany } from './faults';
import { METHODS } from './methods/table';
import { ApiError, type Call, type Fault, type PollRecord, type User } from './model';
import { isPaced, take, TELEGRAM_PACE } from './pace';
import { readParams, type Params } from './parameters';
import { createPerson, type Person } from './person';
import { createPolls, type Polls } from './polls';
import { SandboxState } from './state';
import { uploadMax } from './strict';
import { waitFor } from './wait';

export interface SandboxOptions {
  /** 0 or absent: a free port. */
  port?: number;
  token: string;
  botUsername?: string;
  owner: User;
  stranger: User;
  /** ms since the epoch. */
  now?: () => number;
  /** The server runs with `--local`: it keeps its files in this directory, and takes and has large ones. */
  filesDir?: string;
  /** True: answers with 429 above about one message a second per chat, like the real server. */
  pacing?: boolean;
  /** At least this many calls and polls stay in memory; absent: all of them. */
  remember?: number;
  /** Serves requests outside the Bot API, such as the chat page; true when it took the request. */
  extra?: (req: IncomingMessage, res: ServerResponse) => boolean;
  /** Hears of each call, before it is executed, with the request that it came in. */
  onCall?: (call: Call, req: IncomingMessage) => void;
}

/** A strict Bot API on loopback, with two users who can write to the bot. */
export interface Sandbox {
  /** For `TELEGRAM_API_ROOT`. */
  apiRoot: string;
  token: string;
  state: SandboxState;
  owner: Person;
  stranger: Person;
  calls: readonly Call[];
  polls: readonly PollRecord[];
  /** Calls that were accepted but should not have been made. */
  warnings: readonly string[];
  /** Number of long polls that were open at the same time as another. */
  overlaps(): number;
  fault(fault: Fault): void;
  clearFaults(): void;
  /** Turns Telegram's rate limit on or off. */
  setPacing(on: boolean): void;
  /**
   * Breaks the open poll. For `heldMs` Telegram does not notice, still holds it, and answers other polls with 409.
   */
  breakPoll(heldMs: number): void;
  /** Refuses connections, as when the network is down; `resume` listens again on the same port. */
  refuse(): Promise<void>;
  resume(): Promise<void>;
  /** Resolves with the first value of `find` that is not null, undefined or false; rejects with the chat after `timeoutMs`. */
  waitFor<T>(find: () => T | null | undefined | false, timeoutMs?: number): Promise<T>;
  close(): Promise<void>;
}

/** Idle connections stay open for this long, ms: longer than any pause between polls. */
const KEEP_ALIVE_MS = 75_000;

interface Api {
  readonly options: SandboxOptions;
  readonly state: SandboxState;
  readonly polls: Polls;
  readonly now: () => number;
}

/** Starts the server. Rejects when the port is in use. */
export async function startTelegram(options: SandboxOptions): Promise<Sandbox> {
  const now = options.now ?? Date.now;
  const state = new SandboxState(botUser(options), [options.owner, options.stranger], now);
  const { filesDir } = options;
  // The server's own directory for a bot has the name of its token.
  if (filesDir !== undefined) state.filesDir = join(filesDir, options.token);
  const api: Api = { options, state, polls: createPolls(state), now };
  setPacing(state, options.pacing ?? false);
  const server = createServer((req, res) => {
    const atNs = process.hrtime.bigint();
    serve(api, req, res, atNs).catch((error: unknown) => sendError(res, error));
  });
  // Closing a connection just as the next call goes out would look like a lost answer to the bot.
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  const port = await listen(server, options.port ?? 0);
  return {
    apiRoot: `http://127.0.0.1:${port}`,
    token: options.token,
    state,
    owner: createPerson(state, options.owner, now),
    stranger: createPerson(state, options.stranger, now),
    calls: state.calls,
    polls: state.polls,
    warnings: state.warnings,
    // Each new poll ends the previous one with a conflict, so conflicts count the overlaps.
    overlaps: () => state.polls.filter((p) => p.how === 'conflict').length,
    fault: (fault) => state.faults.push({ ...fault }),
    clearFaults: () => (state.faults = []),
    setPacing: (on) => setPacing(state, on),
    breakPoll: (heldMs) => api.polls.breakOpen(heldMs),
    refuse: () => stop(server),
    resume: async () => void (await listen(server, port)),
    waitFor: (find, timeoutMs = PATIENCE_MS) => waitFor(state, find, timeoutMs),
    async close() {
      await stop(server);
      state.changed.emit('closed');
    },
  };
}

function botUser({ token, botUsername }: SandboxOptions): User {
  return {
    id: Number(token.split(':')[0]),
    is_bot: true,
    first_name: 'ccbot',
    username: botUsername ?? 'sandbox_bot',
  };
}

function setPacing(state: SandboxState, on: boolean): void {
  state.pace = on ? TELEGRAM_PACE : null;
  state.buckets.clear();
}

async function serve(api: Api, req: IncomingMessage, res: ServerResponse, atNs: bigint): Promise<void> {
  const { options, state, polls } = api;
  if (options.extra?.(req, res) === true) return;
  const path = (req.url ?? '').split('?')[0] ?? '';
  const [, methodToken, method] = /^\/bot([^/]+)\/(\w+)$/.exec(path) ?? [];
  const [, fileToken, filePath] = /^\/file\/bot([^/]+)\/(.+)$/.exec(path) ?? [];
  const token = methodToken ?? fileToken;
  const raw = await readBody(req, uploadMax(state));
  if (token === undefined) throw new ApiError(404, 'Not Found');
  const call: Call = { method: method ?? 'file', params: raw, atNs, status: 0 };
  record(api, call, res);
  options.onCall?.(call, req);
  if (decoded(token) !== options.token) throw new ApiError(401, 'Unauthorized');
  const { params, warnings } =
    method === undefined ? { params: { path: filePath }, warnings: [] } : readParams(method, raw);
  call.params = params;
  state.warnings.push(...warnings.filter((w) => !state.warnings.includes(w)));
  const fault = state.takeFault(call.method);
  if (fault !== undefined && (await applyFault(fault, res, () => execute(api, call.method, params)))) return;
  if (method === 'getUpdates') polls.poll(params, res);
  else if (method === undefined) sendFile(api, res, filePath ?? '');
  else sendResult(res, execute(api, method, params));
}

function record({ options, state }: Api, call: Call, res: ServerResponse): void {
  state.calls.push(call);
  const limit = options.remember ?? Infinity;
  for (const list of [state.calls, state.polls]) {
    if (list.length > 2 * limit) list.splice(0, limit);
  }
  res.on('finish', () => {
    call.status = res.statusCode;
    state.touch();
  });
  state.touch();
}

function execute({ state, polls, now }: Api, method: string, params: Params): unknown {
  if (method === 'getUpdates') return polls.confirm(params);
  const perform = Object.hasOwn(METHODS, method) ? METHODS[method] : undefined;
  if (perform === undefined || state.absent.has(method))
    throw new ApiError(404, 'Not Found: method not found');
  if (state.pace !== null && isPaced(method)) {
    const chatId = Number(params['chat_id']);
    const { bucket, retryAfter } = take(state.pace, state.buckets.get(chatId), now());
    state.buckets.set(chatId, bucket);
    if (retryAfter > 0) throw tooMany(retryAfter);
  }
  return perform(state, params, now());
}

function sendFile({ state, now }: Api, res: ServerResponse, path: string): void {
  // A local server offers no downloads.
  if (state.filesDir !== undefined) throw new ApiError(404, 'Not Found');
  const file = [...state.files.values()].find((f) => f.path === path);
  if (file === undefined || (state.links.get(path) ?? 0) < now()) throw new ApiError(404, 'Not Found');
  res.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': file.bytes.length });
  res.end(file.bytes);
}

function decoded(token: string): string {
  try {
    return decodeURIComponent(token);
  } catch {
    return token; // badly escaped: compared as it is, it matches no token
  }
}

async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
  return (server.address() as AddressInfo).port;
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
