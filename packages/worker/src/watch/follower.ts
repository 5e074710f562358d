import { reasonOf } from '@ccbot/shared/faults/fault';
import type { LogFn } from '@ccbot/shared/log/logger';
import type { TranscriptReader } from '../agents/agent';
import type { AgentCatalog } from '../agents/catalog';
import type { Board } from '../board/model';
import type { SessionEvent } from '../sessions/events';
import type { Session } from '../sessions/model';
import type { TailMarks } from './model';
import type { PromptTracker } from './prompt-tracker';
import type { Tail } from './tail';
import type { Transcripts } from './transcripts';

/**
 * The transcripts of sessions that no chat writes to are read this often at most, ms: each reading stores the session's
 * state, which would delay the sessions on screen.
 */
const UNWATCHED_MS = 250;

export interface FollowerDeps {
  transcripts: Transcripts;
  marks: TailMarks;
  tracker: Pick<PromptTracker, 'observe'>;
  agents: Pick<AgentCatalog, 'of'>;
  board: Pick<Board, 'watched'>;
  log: LogFn;
}

/** Reads the transcripts of live sessions as they grow. */
export interface Follower {
  /**
   * Follows the session's transcript from its mark or, when it is new, from the first record written at `at`, ms since
   * the epoch. Replaces what was followed before.
   */
  follow(session: Session, at: number): void;
  release(id: string): void;
  /** Resolves when every transcript was read up to its present end. */
  caughtUp(): Promise<void>;
  /** Lines read since the start. */
  lines(): number;
  stop(): void;
}

interface Followed {
  session: Session;
  path: string;
  isStopped: boolean;
  reader: TranscriptReader;
  /** Events of lines that were read but not taken, for want of room. The lines come again; a reader reads each only once. */
  ahead: (readonly SessionEvent[])[];
  tail?: Promise<Tail>;
}

interface FollowerState extends FollowerDeps {
  followed: Map<string, Followed>;
  lineCount: number;
}

export function createFollower(deps: FollowerDeps): Follower {
  const state: FollowerState = { ...deps, followed: new Map(), lineCount: 0 };
  return {
    follow: (session, at) => follow(state, session, at),
    release: (id) => release(state, id),
    async caughtUp() {
      await Promise.all([...state.followed.values()].map(async ({ tail }) => (await tail)?.caughtUp()));
    },
    lines: () => state.lineCount,
    stop() {
      for (const id of [...state.followed.keys()]) release(state, id);
    },
  };
}

function follow(state: FollowerState, session: Session, at: number): void {
  const { followed, agents, log } = state;
  const path = session.binding?.transcriptPath;
  if (path === undefined || followed.get(session.id)?.path === path) return;
  release(state, session.id);
  const reader = agents.of(session).reader();
  const transcript: Followed = { session, path, isStopped: false, reader, ahead: [] };
  transcript.tail = start(state, transcript, at);
  transcript.tail.catch((error: unknown) =>
    log('error', 'transcript not followed', { session: session.id, path, reason: reasonOf(error) }),
  );
  followed.set(session.id, transcript);
}

function release({ followed }: FollowerState, id: string): void {
  const transcript = followed.get(id);
  if (transcript === undefined) return;
  transcript.isStopped = true;
  followed.delete(id);
  void transcript.tail?.then((tail) => tail.stop());
}

async function start(state: FollowerState, transcript: Followed, at: number): Promise<Tail> {
  const { transcripts, marks, agents, board, log } = state;
  const { session, path } = transcript;
  const mark = marks.get(session.id);
  const from = mark?.path === path ? mark.offset : await transcripts.offsetAt(path, at);
  return transcripts.tail({
    path,
    from,
    holdMs: () => (board.watched(session.id) ? 0 : UNWATCHED_MS),
    onLines: (lines, offset) => takeLines(state, transcript, lines, offset),
    onRestart(reason) {
      log('warn', 'transcript replaced or cut, read from its start', { session: session.id, reason });
      transcript.reader = agents.of(session).reader();
      transcript.ahead = [];
    },
  });
}

function takeLines(
  state: FollowerState,
  transcript: Followed,
  lines: readonly string[],
  offset: number,
): void {
  const { tracker, marks } = state;
  const { session, path, isStopped, reader, ahead } = transcript;
  if (isStopped) return;
  for (const line of lines.slice(ahead.length)) ahead.push(reader.read(line));
  const events = ahead.slice(0, lines.length).flat();
  tracker.observe({ session: session.id, path, events }, () => marks.put(session.id, { path, offset }));
  transcript.ahead = ahead.slice(lines.length);
  state.lineCount += lines.length;
}
