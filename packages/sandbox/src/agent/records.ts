import { randomUUID } from 'node:crypto';
import { appendFileSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { processStartTime } from '@ccbot/shared/lock/holder';

/** What the scripted agent leaves on disk, in the shapes of Claude Code. */
export interface Records {
  readonly sessionId: string;
  readonly transcriptPath: string;
  /** `queued`: it was written while a turn ran. */
  prompt(text: string, queued: boolean): void;
  /** A prompt was written while a turn runs. */
  enqueued(text: string): void;
  text(message: string, text: string): void;
  toolUse(message: string, id: string, name: string, input: Record<string, unknown>): void;
  toolResult(id: string, result: string, failed: boolean): void;
  interrupted(): void;
  turnEnded(ms: number): void;
  /** `idle`, `busy` or `waiting`, for those who look at the session file. */
  status(status: string): void;
  /** Begins a session with a new id. */
  clear(): void;
  close(): void;
}

/** Opens what the agent leaves on disk: the session file of this process, and a transcript when something is said. */
export function openRecords(stateDir: string, cwd: string, resume: string | undefined): Records {
  let sessionId = resume ?? randomUUID();
  let path = pathOf(sessionId);
  const live = join(stateDir, 'sessions', `${process.pid}.json`);
  mkdirSync(dirname(live), { recursive: true });

  function pathOf(id: string): string {
    return join(stateDir, 'projects', cwd.replace(/[^A-Za-z0-9]/g, '-'), `${id}.jsonl`);
  }

  function write(record: Record<string, unknown>): void {
    mkdirSync(dirname(path), { recursive: true });
    const head = {
      uuid: randomUUID(),
      timestamp: new Date().toISOString(),
      sessionId,
      cwd,
      isSidechain: false,
    };
    appendFileSync(path, `${JSON.stringify({ ...head, ...record })}\n`);
  }

  function user(content: unknown, more: Record<string, unknown> = {}): void {
    write({ type: 'user', message: { role: 'user', content }, ...more });
  }

  function assistant(id: string, block: Record<string, unknown>, stop: string): void {
    const message = {
      id,
      type: 'message',
      role: 'assistant',
      model: 'scripted',
      content: [block],
      stop_reason: stop,
    };
    write({ type: 'assistant', message });
  }

  return {
    get sessionId() {
      return sessionId;
    },
    get transcriptPath() {
      return path;
    },
    prompt: (text, queued) =>
      user(text, { promptSource: queued ? 'queued' : 'typed', origin: { kind: 'human' } }),
    enqueued: (content) => write({ type: 'queue-operation', operation: 'enqueue', content }),
    text: (message, text) => assistant(message, { type: 'text', text }, 'end_turn'),
    toolUse: (message, id, name, input) =>
      assistant(message, { type: 'tool_use', id, name, input }, 'tool_use'),
    toolResult: (id, result, failed) =>
      user([{ type: 'tool_result', tool_use_id: id, content: result, is_error: failed }]),
    interrupted: () => user([{ type: 'text', text: '[Request interrupted by user]' }]),
    turnEnded: (ms) => write({ type: 'system', subtype: 'turn_duration', durationMs: ms, isMeta: false }),
    status(status) {
      const at = Date.now();
      const body = {
        pid: process.pid,
        procStart: processStartTime(process.pid),
        sessionId,
        cwd,
        status,
        updatedAt: at,
        statusUpdatedAt: at,
      };
      writeFileSync(`${live}.tmp`, JSON.stringify(body));
      renameSync(`${live}.tmp`, live);
    },
    clear() {
      sessionId = randomUUID();
      path = pathOf(sessionId);
    },
    close: () => rmSync(live, { force: true }),
  };
}
