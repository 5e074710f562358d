import { randomUUID } from 'node:crypto';
import { appendFileSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { processStartTime } from '@ccbot/shared/lock/holder';

/** The files that the scripted agent writes, in the formats of Claude Code. */
export interface Records {
  readonly sessionId: string;
  readonly transcriptPath: string;
  /** `isQueued`: the prompt was submitted during a turn. */
  prompt(text: string, isQueued: boolean): void;
  /** Records a prompt at the moment it is queued. */
  enqueued(text: string): void;
  /** `isLast`: the turn ends with it; otherwise a tool follows in its message. */
  text(messageId: string, text: string, isLast: boolean): void;
  toolUse(messageId: string, id: string, name: string, input: Record<string, unknown>): void;
  toolResult(id: string, result: string, isError: boolean): void;
  interrupted(): void;
  turnEnded(ms: number): void;
  /** `idle`, `busy` or `waiting`, for readers of the session file. */
  status(status: string): void;
  /** Starts a session with a new id. */
  clear(): void;
  close(): void;
}

/** Opens the session file of this process; the transcript is created with its first record. */
export function openRecords(stateDir: string, cwd: string, resume: string | undefined): Records {
  let sessionId = resume ?? randomUUID();
  const sessionFile = join(stateDir, 'sessions', `${process.pid}.json`);
  mkdirSync(dirname(sessionFile), { recursive: true });

  const transcriptPath = (): string =>
    join(stateDir, 'projects', cwd.replace(/[^A-Za-z0-9]/g, '-'), `${sessionId}.jsonl`);

  function write(record: TranscriptRecord): void {
    const path = transcriptPath();
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

  return {
    get sessionId() {
      return sessionId;
    },
    get transcriptPath() {
      return transcriptPath();
    },
    prompt: (text, isQueued) =>
      write(user(text, { promptSource: isQueued ? 'queued' : 'typed', origin: { kind: 'human' } })),
    enqueued: (content) => write({ type: 'queue-operation', operation: 'enqueue', content }),
    text: (messageId, text, isLast) =>
      write(assistant(messageId, { type: 'text', text }, isLast ? 'end_turn' : 'tool_use')),
    toolUse: (messageId, id, name, input) =>
      write(assistant(messageId, { type: 'tool_use', id, name, input }, 'tool_use')),
    toolResult: (id, result, isError) =>
      write(user([{ type: 'tool_result', tool_use_id: id, content: result, is_error: isError }])),
    interrupted: () => write(user([{ type: 'text', text: '[Request interrupted by user]' }])),
    turnEnded: (ms) => write({ type: 'system', subtype: 'turn_duration', durationMs: ms, isMeta: false }),
    status: (status) => writeSession(sessionFile, { sessionId, cwd, status }),
    clear() {
      sessionId = randomUUID();
    },
    close: () => rmSync(sessionFile, { force: true }),
  };
}

type TranscriptRecord = Record<string, unknown>;

function user(content: unknown, fields: Record<string, unknown> = {}): TranscriptRecord {
  return { type: 'user', message: { role: 'user', content }, ...fields };
}

function assistant(id: string, block: Record<string, unknown>, stopReason: string): TranscriptRecord {
  const message = {
    id,
    type: 'message',
    role: 'assistant',
    model: 'scripted',
    content: [block],
    stop_reason: stopReason,
  };
  return { type: 'assistant', message };
}

/** Replaces the session file in one step, so that a reader never sees half of it. */
function writeSession(path: string, session: { sessionId: string; cwd: string; status: string }): void {
  const now = Date.now();
  const { sessionId, cwd, status } = session;
  const body = {
    pid: process.pid,
    procStart: processStartTime(process.pid),
    sessionId,
    cwd,
    status,
    updatedAt: now,
    statusUpdatedAt: now,
  };
  writeFileSync(`${path}.tmp`, JSON.stringify(body));
  renameSync(`${path}.tmp`, path);
}
