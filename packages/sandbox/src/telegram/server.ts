import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { METHODS, type Params } from './methods';
import { ApiError, type Call, type ChatMessage, type Fault, type PollRecord, type User } from './model';
import { createPerson, type Person } from './person';
import { SandboxState } from './state';

/** How the Bot API is to be started. */
export interface SandboxOptions {
  /** 0 or absent: a free port. */
  port?: number;
  token: string;
  botUsername?: string;
  owner: User;
  stranger: User;
  now?: () => number;
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
  /** Long polls that were open at the same time as another. */
  overlaps(): number;
  fault(fault: Fault): void;
  clearFaults(): void;
  /** Refuses connections, as a network that is down; `resume` listens again on the same port. */
  refuse(): Promise<void>;
  resume(): Promise<void>;
  /** Resolves with the first value that is neither null, undefined nor false; throws after `timeoutMs`, telling the chat. */
  waitFor<T>(look: () => T | null | undefined | false, timeoutMs?: number): Promise<T>;
  close(): Promise<void>;
}

/** The most bytes of a body: Telegram takes files of 50 MB. */
const BODY_MAX = 60 * 1024 * 1024;

/** Updates are kept for a day, ms. */
export const RETENTION_MS = 24 * 3_600_000;

interface OpenPoll {
  record: PollRecord;
  end(answer: () => void, how: NonNullable<PollRecord['how']>): void;
}

/** Starts the server. */
export async function startTelegram(options: SandboxOptions): Promise<Sandbox> {
  const now = options.now ?? Date.now;
  const bot: User = {
    id: Number(options.token.split(':')[0]),
    is_bot: true,
    first_name: 'ccbot',
    username: options.botUsername ?? 'sandbox_bot',
  };
  const state = new SandboxState(bot, [options.owner, options.stranger]);
  let open: OpenPoll | undefined;

  const server = createServer((req, res) => {
    const atNs = process.hrtime.bigint();
    serve(req, res, atNs).catch((error: unknown) => send(res, null, error));
  });

  async function serve(req: IncomingMessage, res: ServerResponse, atNs: bigint): Promise<void> {
    if (options.extra?.(req, res) === true) return;
    const [, token, method] = /^\/bot([^/]+)\/(\w+)(?:\?.*)?$/.exec(req.url ?? '') ?? [];
    const params = await paramsOf(req);
    if (token === undefined || method === undefined) throw new ApiError(404, 'Not Found');
    const call: Call = { method, params, atNs, status: 0 };
    state.calls.push(call);
    res.on('finish', () => {
      call.status = res.statusCode;
      state.touch();
    });
    state.touch();
    if (decodeURIComponent(token) !== options.token) throw new ApiError(401, 'Unauthorized');
    const fault = state.takeFault(method);
    if (fault !== undefined && (await strike(fault, res, method, params))) return;
    if (method === 'getUpdates') return poll(params, res);
    const perform = METHODS[method];
    if (perform === undefined) throw new ApiError(404, 'Not Found: method not found');
    send(res, perform(state, params, now()));
  }

  /** Lets a fault happen; false when the call goes on afterwards. */
  async function strike(fault: Fault, res: ServerResponse, method: string, params: Params): Promise<boolean> {
    switch (fault.kind) {
      case 'hang':
        return true;
      case 'reset':
        res.socket?.resetAndDestroy();
        return true;
      case 'reset-after':
        METHODS[method]?.(state, params, now());
        res.socket?.resetAndDestroy();
        return true;
      case '5xx':
        throw new ApiError(502, 'Bad Gateway');
      case '401':
        throw new ApiError(401, 'Unauthorized');
      case '409':
        throw conflict();
      case '429': {
        const after = fault.retryAfter ?? 1;
        throw new ApiError(429, `Too Many Requests: retry after ${after}`, { retry_after: after });
      }
      case 'slow':
        await new Promise((resolve) => setTimeout(resolve, fault.delayMs ?? 1_000));
        return false;
    }
  }

  function poll(params: Params, res: ServerResponse): void {
    if (state.webhook !== '') {
      throw new ApiError(
        409,
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
      );
    }
    const record: PollRecord = { startedNs: process.hrtime.bigint() };
    state.polls.push(record);
    const before = open;
    open = undefined;
    before?.end(() => undefined, 'conflict');
    const offset = Number(params['offset'] ?? 0);
    if (offset > 0) state.updates = state.updates.filter((u) => u.update_id >= offset);
    const allowed = params['allowed_updates'] as string[] | undefined;
    const limit = Math.min(100, Number(params['limit'] ?? 100));
    const waiting = (): unknown[] =>
      state.updates.filter((u) => allowed === undefined || allowed.some((kind) => kind in u)).slice(0, limit);
    const answer = (): void => send(res, waiting());
    const holdMs = Number(params['timeout'] ?? 0) * 1_000;

    const onChange = (): void => {
      if (waiting().length > 0) mine.end(answer, 'answered');
    };
    const timer = setTimeout(() => mine.end(answer, 'answered'), holdMs);
    const mine: OpenPoll = {
      record,
      end(reply, how) {
        if (record.endedNs !== undefined) return;
        record.endedNs = process.hrtime.bigint();
        record.how = how;
        clearTimeout(timer);
        state.changed.off('change', onChange);
        if (open === mine) open = undefined;
        if (how === 'conflict') send(res, null, conflict());
        else reply();
      },
    };
    open = mine;
    res.on('close', () => mine.end(() => undefined, 'closed'));
    state.changed.on('change', onChange);
    if (holdMs === 0 || waiting().length > 0) mine.end(answer, 'answered');
    else state.touch();
  }

  async function listen(port: number): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', () => {
        server.off('error', reject);
        resolve();
      });
    });
    return (server.address() as AddressInfo).port;
  }

  const port = await listen(options.port ?? 0);
  return {
    apiRoot: `http://127.0.0.1:${port}`,
    token: options.token,
    state,
    owner: createPerson(state, options.owner, now),
    stranger: createPerson(state, options.stranger, now),
    calls: state.calls,
    polls: state.polls,
    overlaps: () => countOverlaps(state.polls),
    fault: (fault) => state.faults.push(fault),
    clearFaults: () => (state.faults = []),
    refuse: () => stop(server),
    resume: async () => void (await listen(port)),
    waitFor: (look, timeoutMs = 15_000) => waitFor(state, look, timeoutMs),
    close: () => stop(server),
  };
}

function conflict(): ApiError {
  return new ApiError(
    409,
    'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running',
  );
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** Pairs of polls of which the later began before the earlier had ended otherwise than by conflict with it. */
function countOverlaps(polls: readonly PollRecord[]): number {
  return polls.filter((p) => p.how === 'conflict').length;
}

async function waitFor<T>(
  state: SandboxState,
  look: () => T | null | undefined | false,
  timeoutMs: number,
): Promise<T> {
  const first = look();
  if (first !== null && first !== undefined && first !== false) return first;
  return new Promise<T>((resolve, reject) => {
    const check = (): void => {
      let value: T | null | undefined | false;
      try {
        value = look();
      } catch (error) {
        return finish(() => reject(error as Error));
      }
      if (value !== null && value !== undefined && value !== false) {
        const found = value;
        finish(() => resolve(found));
      }
    };
    const timer = setTimeout(
      () =>
        finish(() =>
          reject(new Error(`not seen within ${timeoutMs} ms; the chat:\n${chatText(state.messages)}`)),
        ),
      timeoutMs,
    );
    const finish = (then: () => void): void => {
      clearTimeout(timer);
      state.changed.off('change', check);
      then();
    };
    state.changed.on('change', check);
  });
}

/** The chat as it is visible, for a failed test's message. */
export function chatText(messages: readonly ChatMessage[]): string {
  return messages
    .filter((m) => !m.deleted)
    .map((m) => `[${m.chatId}/${m.id}] ${m.fromBot ? 'bot' : 'person'}: ${m.text.slice(0, 500)}`)
    .join('\n');
}

async function paramsOf(req: IncomingMessage): Promise<Params> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of req as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > BODY_MAX) throw new ApiError(413, 'Request Entity Too Large');
    chunks.push(chunk);
  }
  const query = Object.fromEntries(new URL(req.url ?? '/', 'http://x').searchParams);
  const text = Buffer.concat(chunks).toString('utf8');
  if (text === '') return query;
  if (/json/.test(req.headers['content-type'] ?? '')) {
    try {
      return { ...query, ...(JSON.parse(text) as Params) };
    } catch {
      throw new ApiError(400, "Bad Request: can't parse JSON object");
    }
  }
  return { ...query, ...Object.fromEntries(new URLSearchParams(text)) };
}

function send(res: ServerResponse, result: unknown, error?: unknown): void {
  if (res.headersSent || res.destroyed) return;
  const failed =
    error === undefined
      ? undefined
      : error instanceof ApiError
        ? error
        : new ApiError(500, `Internal Server Error: ${String(error)}`);
  res.writeHead(failed?.status ?? 200, { 'content-type': 'application/json' });
  res.end(
    JSON.stringify(
      failed === undefined
        ? { ok: true, result }
        : {
            ok: false,
            error_code: failed.status,
            description: failed.message,
            ...(failed.parameters === undefined ? {} : { parameters: failed.parameters }),
          },
    ),
  );
}
