import { existsSync, unlinkSync, chmodSync } from 'node:fs';
import { createServer, connect, type Server, type Socket } from 'node:net';
import * as z from 'zod/mini';
import { fault, FaultError, reasonOf } from '@ccbot/shared/faults/fault';

/** A hook's line that is longer than this, bytes, is not one. A prompt of a megabyte still fits. */
const LINE_MAX = 8 * 1024 * 1024;

/** A connection that has sent no whole line after this long, ms, is closed. */
const PATIENCE_MS = 5_000;

const line = z.object({
  v: z.literal(1),
  kind: z.literal('hook'),
  at: z.number(),
  ccbotSession: z.optional(z.string()),
  pane: z.optional(z.string()),
  backend: z.string(),
  payload: z.looseObject({ hook_event_name: z.string(), session_id: z.string() }),
});

/** What an agent's hook told. `at` is ms since the epoch. */
export interface HookEvent {
  at: number;
  /** ccbot's own session id; absent for an agent that was started by hand. */
  ccbotSession?: string;
  pane?: string;
  backend: string;
  /** The agent's name for the event, such as `SessionStart`. */
  name: string;
  /** The agent's own session. */
  sessionId: string;
  transcriptPath?: string;
  cwd?: string;
  /** Of `SessionStart`: why it began, such as `startup` or `clear`. */
  source?: string;
  /** Of `UserPromptSubmit`: the prompt as the agent took it. */
  prompt?: string;
}

/** Reads a line; null for anything else than a hook's line of this version. */
export function parseHookLine(text: string): HookEvent | null {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    return null; // garbage, or half a line
  }
  const parsed = line.safeParse(raw);
  if (!parsed.success) return null;
  const { at, ccbotSession, pane, backend, payload } = parsed.data;
  const text_ = (key: string): string | undefined =>
    typeof payload[key] === 'string' ? (payload[key] as string) : undefined;
  const event: HookEvent = { at, backend, name: payload.hook_event_name, sessionId: payload.session_id };
  if (ccbotSession !== undefined) event.ccbotSession = ccbotSession;
  if (pane !== undefined) event.pane = pane;
  const transcriptPath = text_('transcript_path');
  if (transcriptPath !== undefined) event.transcriptPath = transcriptPath;
  const cwd = text_('cwd');
  if (cwd !== undefined) event.cwd = cwd;
  const source = text_('source');
  if (source !== undefined) event.source = source;
  const prompt = text_('prompt');
  if (prompt !== undefined) event.prompt = prompt;
  return event;
}

/** A listener that can be closed. */
export interface HookListener {
  close(): Promise<void>;
}

/**
 * Listens on the worker's socket, 0600. A stale socket of a dead worker is removed; a live one is a fault.
 * Throws a {@link FaultError} `SOCKET_FAILED`.
 */
export async function listenForHooks(
  path: string,
  onEvent: (event: HookEvent) => void,
  log: (level: 'info' | 'warn', text: string) => void,
): Promise<HookListener> {
  if (existsSync(path)) {
    if (await answers(path)) throw failed(path, new Error('another worker listens on it'));
    unlinkSync(path);
  }
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    serve(socket, onEvent, log);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(failed(path, error)));
    server.listen(path, resolve);
  });
  chmodSync(path, 0o600);
  return { close: () => shut(server, sockets) };
}

function failed(path: string, error: unknown): FaultError {
  return new FaultError(fault('SOCKET_FAILED', { path, reason: reasonOf(error) }));
}

function serve(
  socket: Socket,
  onEvent: (event: HookEvent) => void,
  log: (level: 'info' | 'warn', text: string) => void,
): void {
  let held: Buffer[] = [];
  let length = 0;
  socket.setTimeout(PATIENCE_MS, () => socket.destroy());
  socket.on('error', (error) => log('info', `a hook's connection broke: ${error.message}`));
  socket.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length > LINE_MAX) {
      log('warn', 'a hook sent too long a line');
      socket.destroy();
      return;
    }
    held.push(chunk);
    if (!chunk.includes(10)) return;
    const lines = Buffer.concat(held).toString('utf8').split('\n');
    const rest = lines.pop() ?? '';
    held = rest === '' ? [] : [Buffer.from(rest)];
    length = Buffer.byteLength(rest);
    for (const text of lines) {
      const event = parseHookLine(text);
      if (event === null) {
        log('warn', 'a line on the hooks’ socket was not understood');
        socket.destroy();
        return;
      }
      try {
        onEvent(event);
      } catch (error) {
        // A full disk: the agent's records tell the same again, and the next prompt binds the window.
        log('warn', `what a hook told could not be taken: ${reasonOf(error)}`);
      }
    }
  });
}

/** Whether somebody listens on a socket. */
function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(path);
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
    probe.once('error', () => resolve(false));
  });
}

function shut(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    for (const socket of sockets) socket.destroy();
  });
}
