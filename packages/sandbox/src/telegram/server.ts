import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sendError, sendResult } from './answer';
import { readBody } from './body';
import { strike, tooMany } from './faults';
import { METHODS } from './methods/table';
import { ApiError, type Call, type Fault, type PollRecord, type User } from './model';
import { counts, take, TELEGRAM_PACE } from './pace';
import { readParams, type Params } from './parameters';
import { createPerson, type Person } from './person';
import { createPolls } from './polls';
import { SandboxState } from './state';
import { waitFor } from './wait';

/** How the Bot API is to be started. */
export interface SandboxOptions {
  /** 0 or absent: a free port. */
  port?: number;
  token: string;
  botUsername?: string;
  owner: User;
  stranger: User;
  /** ms since the epoch. */
  now?: () => number;
  /** True: more than about a message a second to a chat is answered with 429, as by the real server. */
  pacing?: boolean;
  /** Calls and polls that are remembered; absent: all of them. */
  remember?: number;
  /** Requests outside the Bot API, such as the chat page's; true when it was one. */
  extra?: (req: IncomingMessage, res: ServerResponse) => boolean;
}

/** A strict Bot API on loopback, with two people who can write to the bot. */
export interface Sandbox {
  /** For `TELEGRAM_API_ROOT`. */
  apiRoot: string;
  token: string;
  state: SandboxState;
  owner: Person;
  stranger: Person;
  calls: readonly Call[];
  polls: readonly PollRecord[];
  /** What the bot should not have done though it was let pass. */
  warnings: readonly string[];
  /** Long polls that were open at the same time as another. */
  overlaps(): number;
  fault(fault: Fault): void;
  clearFaults(): void;
  /** Turns Telegram's pace on or off. */
  setPacing(on: boolean): void;
  /** Refuses connections, as a network that is down; `resume` listens again on the same port. */
  refuse(): Promise<void>;
  resume(): Promise<void>;
  /** Resolves with the first value that is neither null, undefined nor false; throws after `timeoutMs`, telling the chat. */
  waitFor<T>(look: () => T | null | undefined | false, timeoutMs?: number): Promise<T>;
  close(): Promise<void>;
}

/** How long an idle connection stays open, ms: longer than any pause between polls. */
const KEEP_ALIVE_MS = 75_000;

/** Starts the server. Rejects when the port is in use. */
export async function startTelegram(options: SandboxOptions): Promise<Sandbox> {
  const now = options.now ?? Date.now;
  const bot: User = {
    id: Number(options.token.split(':')[0]),
    is_bot: true,
    first_name: 'ccbot',
    username: options.botUsername ?? 'sandbox_bot',
  };
  const state = new SandboxState(bot, [options.owner, options.stranger], now);
  const polls = createPolls(state);
  const setPacing = (on: boolean): void => {
    state.pace = on ? TELEGRAM_PACE : null;
    state.buckets.clear();
  };
  setPacing(options.pacing ?? false);

  const server = createServer((req, res) => {
    const atNs = process.hrtime.bigint();
    serve(req, res, atNs).catch((error: unknown) => sendError(res, error));
  });

  async function serve(req: IncomingMessage, res: ServerResponse, atNs: bigint): Promise<void> {
    if (options.extra?.(req, res) === true) return;
    const path = (req.url ?? '').split('?')[0] ?? '';
    const [, token, method] = /^\/bot([^/]+)\/(\w+)$/.exec(path) ?? [];
    const [, fileToken, filePath] = /^\/file\/bot([^/]+)\/(.+)$/.exec(path) ?? [];
    const given = token ?? fileToken;
    const raw = await readBody(req);
    if (given === undefined) throw new ApiError(404, 'Not Found');
    const call: Call = { method: method ?? 'file', params: raw, atNs, status: 0 };
    remember(call, res);
    if (decoded(given) !== options.token) throw new ApiError(401, 'Unauthorized');
    const { params, warnings } =
      method === undefined ? { params: { path: filePath }, warnings: [] } : readParams(method, raw);
    call.params = params;
    state.warnings.push(...warnings.filter((w) => !state.warnings.includes(w)));
    const fault = state.takeFault(call.method);
    if (fault !== undefined && (await strike(fault, res, () => execute(call.method, params)))) return;
    if (method === 'getUpdates') polls.poll(params, res);
    else if (method === undefined) sendFile(res, filePath ?? '');
    else sendResult(res, execute(method, params));
  }

  function remember(call: Call, res: ServerResponse): void {
    state.calls.push(call);
    const most = options.remember ?? Infinity;
    for (const list of [state.calls, state.polls]) if (list.length > 2 * most) list.splice(0, most);
    res.on('finish', () => {
      call.status = res.statusCode;
      state.touch();
    });
    state.touch();
  }

  function execute(method: string, params: Params): unknown {
    if (method === 'getUpdates') return polls.confirm(params);
    const perform = Object.hasOwn(METHODS, method) ? METHODS[method] : undefined;
    if (perform === undefined || state.absent.has(method))
      throw new ApiError(404, 'Not Found: method not found');
    if (state.pace !== null && counts(method)) {
      const chatId = Number(params['chat_id']);
      const { bucket, retryAfter } = take(state.pace, state.buckets.get(chatId), now());
      state.buckets.set(chatId, bucket);
      if (retryAfter > 0) throw tooMany(retryAfter);
    }
    return perform(state, params, now());
  }

  function sendFile(res: ServerResponse, path: string): void {
    const file = [...state.files.values()].find((f) => f.path === path);
    if (file === undefined || (state.links.get(path) ?? 0) < now()) throw new ApiError(404, 'Not Found');
    res.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': file.bytes.length });
    res.end(file.bytes);
  }

  // A connection that is closed just as the next call goes out looks like a lost answer to the bot.
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
    // Each new poll ends the one before with a conflict: there are as many overlaps as conflicts.
    overlaps: () => state.polls.filter((p) => p.how === 'conflict').length,
    fault: (fault) => state.faults.push({ ...fault }),
    clearFaults: () => (state.faults = []),
    setPacing,
    refuse: () => stop(server),
    resume: async () => void (await listen(server, port)),
    waitFor: (look, timeoutMs = 15_000) => waitFor(state, look, timeoutMs),
    async close() {
      await stop(server);
      state.changed.emit('closed');
    },
  };
}

function decoded(token: string): string {
  try {
    return decodeURIComponent(token);
  } catch {
    return token; // no token is written like that: it is compared as it came, and differs
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
