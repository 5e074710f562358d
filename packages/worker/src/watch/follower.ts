import { existsSync } from 'node:fs';
import { reasonOf } from '@ccbot/shared/faults/fault';
import type { LogFn } from '@ccbot/shared/log/logger';
import type { TranscriptReader } from '../agents/agent';
import type { AgentCatalog } from '../agents/catalog';
import type { Board } from '../board/model';
import type { SessionEvent } from '../sessions/events';
import type { Session } from '../sessions/model';
import { createFolderWatch, type FolderWatch } from './folder-watch';
import type { TailMark, TailMarks } from './model';
import type { PromptTracker } from './prompt-tracker';
import { createReadingPace, type ReadingPace } from './reading-pace';
import type { Tail } from './tail';
import type { Transcripts } from './transcripts';

export interface FollowerDeps {
  transcripts: Transcripts;
  marks: TailMarks;
  tracker: Pick<PromptTracker, 'observe'>;
  agents: Pick<AgentCatalog, 'of'>;
  board: Pick<Board, 'onScreen'>;
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
  /** Resolves when the transcript of the session, or every transcript, was read up to its present end. */
  caughtUp(session?: string): Promise<void>;
  /** Lines read since the start. */
  lines(): number;
  listen(listener: FollowerListener): void;
  stop(): void;
}

/** What others learn of the transcripts. */
export interface FollowerListener {
  /** The transcript of a session is no longer at its path. `to`: where it is followed now; null: nobody knows. */
  gone(session: string, to: string | null): void;
  /** The transcript that a session is bound to exists now. */
  appeared(session: string): void;
}

interface Followed {
  session: Session;
  path: string;
  isStopped: boolean;
  reader: TranscriptReader;
  /** Events of lines that were read but not taken, for want of room. The lines come again; a reader reads each only once. */
  ahead: (readonly SessionEvent[])[];
  /** When its last record was written, ms since the epoch; absent: not known. */
  writtenAt?: number;
  tail?: Promise<Tail>;
}

/** A transcript that will be followed once it exists; until then the one before it is. */
interface Awaited {
  path: string;
  watch: FolderWatch;
}

interface FollowerState extends FollowerDeps {
  followed: Map<string, Followed>;
  awaited: Map<string, Awaited>;
  listeners: FollowerListener[];
  lineCount: number;
  /** Of sessions off screen. */
  pace: ReadingPace;
  /** Which sessions were on screen, and when that was asked, monotonic ms. */
  screen: { at: number; sessions: ReadonlySet<string> };
}

export function createFollower(deps: FollowerDeps): Follower {
  const state: FollowerState = {
    ...deps,
    followed: new Map(),
    awaited: new Map(),
    listeners: [],
    lineCount: 0,
    pace: createReadingPace(() => performance.now()),
    screen: { at: -Infinity, sessions: new Set() },
  };
  return {
    follow: (session, at) => follow(state, session, at),
    release: (id) => release(state, id),
    async caughtUp(session) {
      const chosen = session === undefined ? [...state.followed.values()] : [state.followed.get(session)];
      await Promise.all(chosen.map(async (transcript) => (await transcript?.tail)?.caughtUp()));
    },
    lines: () => state.lineCount,
    listen: (listener) => void state.listeners.push(listener),
    stop() {
      for (const id of [...state.followed.keys(), ...state.awaited.keys()]) release(state, id);
    },
  };
}

function follow(state: FollowerState, session: Session, at: number): void {
  const path = session.binding?.transcriptPath;
  const current = state.followed.get(session.id);
  if (path === undefined) return;
  stopAwaiting(state, session.id);
  if (current?.path === path) return;
  // The agent may continue in the one that is there.
  const isLiving = current !== undefined && existsSync(current.path);
  if (isLiving && !existsSync(path)) return awaitFile(state, session, path, at);
  replace(state, session, path, at);
}

function awaitFile(state: FollowerState, session: Session, path: string, at: number): void {
  const look = (): void => {
    if (state.awaited.get(session.id)?.watch !== watch) return;
    if (!existsSync(path)) return openAwaiting(state, session.id, watch);
    stopAwaiting(state, session.id);
    replace(state, session, path, at);
    for (const listener of state.listeners) listener.appeared(session.id);
  };
  const watch = createFolderWatch({ path: () => path, isFileOpen: () => false, onChange: look });
  state.awaited.set(session.id, { path, watch });
  openAwaiting(state, session.id, watch);
  look();
}

function openAwaiting({ log }: FollowerState, id: string, watch: FolderWatch): void {
  try {
    watch.open();
  } catch (error) {
    // Hooks and the agent's own files report it as well.
    log('warn', 'transcript not awaited', { session: id, reason: reasonOf(error) });
  }
}

function stopAwaiting({ awaited }: FollowerState, id: string): void {
  awaited.get(id)?.watch.close();
  awaited.delete(id);
}

/** Follows another transcript, once the one before is read to its end. */
function replace(state: FollowerState, session: Session, path: string, at: number): void {
  const { followed, agents, log } = state;
  const before = followed.get(session.id);
  const reader = agents.of(session).reader();
  const transcript: Followed = { session, path, isStopped: false, reader, ahead: [] };
  transcript.tail = (async () => {
    if (before !== undefined) await finish(before);
    return start(state, transcript, at);
  })();
  transcript.tail.catch((error: unknown) =>
    log('error', 'transcript not followed', { session: session.id, path, reason: reasonOf(error) }),
  );
  followed.set(session.id, transcript);
}

async function finish(transcript: Followed): Promise<void> {
  const tail = await transcript.tail?.catch(() => undefined); // logged where it began
  await tail?.caughtUp();
  transcript.isStopped = true;
  tail?.stop();
}

function release(state: FollowerState, id: string): void {
  stopAwaiting(state, id);
  const transcript = state.followed.get(id);
  if (transcript === undefined) return;
  transcript.isStopped = true;
  state.followed.delete(id);
  void transcript.tail?.then((tail) => tail.stop());
}

async function start(state: FollowerState, transcript: Followed, at: number): Promise<Tail> {
  const { transcripts, agents, board, log, pace } = state;
  const { session, path } = transcript;
  const from = await startOf(state, session, path, at);
  return transcripts.tail({
    path,
    from,
    holdMs: () => (onScreen(state).has(session.id) ? 0 : pace.holdMs()),
    onLines(lines, offset, last) {
      const isWatched = board.onScreen().has(session.id);
      if (!isWatched) pace.read(session.id);
      takeLines(state, transcript, { lines, offset, last, isWatched });
    },
    onRestart(reason) {
      log('warn', 'transcript replaced or cut, read from its start', { session: session.id, reason });
      transcript.reader = agents.of(session).reader();
      transcript.ahead = [];
    },
    onGone(to) {
      log('info', 'transcript gone from its path', { session: session.id, path: transcript.path, to });
      if (to !== null) transcript.path = to;
      if (transcript.isStopped) return;
      for (const listener of state.listeners) listener.gone(session.id, to);
    },
  });
}

/**
 * Where reading begins: behind the mark if this is the file it was set in, wherever that is now; otherwise at the first
 * record since the mark, of the same session, or since `at`, of another one.
 */
async function startOf(
  { transcripts, marks }: FollowerState,
  session: Session,
  path: string,
  at: number,
): Promise<number> {
  const mark = marks.get(session.id);
  if (mark === undefined) return transcripts.offsetAt(path, at, openedAt(session));
  const isOld = mark.last === undefined;
  if (isOld ? mark.path === path : await transcripts.continuesAt(path, mark)) return mark.offset;
  const isSameSession = mark.path === path || mark.sessionId === session.binding?.sessionId;
  return transcripts.offsetAt(path, isSameSession ? (mark.at ?? at) : at);
}

/** When ccbot opened the window of a new session, ms since the epoch; undefined: somebody else started the agent before. */
function openedAt({ adopted, createdAt }: Session): number | undefined {
  return adopted === true ? undefined : createdAt;
}

/** How old the answer may be which sessions are on screen, for lines that wait, ms. Each answer reads the database. */
const ON_SCREEN_MS = 50;

function onScreen(state: FollowerState): ReadonlySet<string> {
  const now = performance.now();
  if (now - state.screen.at > ON_SCREEN_MS) state.screen = { at: now, sessions: state.board.onScreen() };
  return state.screen.sessions;
}

/** Whole lines, the offset behind the last of them, and its hash. `isWatched`: the session is on a chat's screen. */
interface Read {
  lines: readonly string[];
  offset: number;
  last: string;
  isWatched: boolean;
}

function takeLines(
  state: FollowerState,
  transcript: Followed,
  { lines, offset, last, isWatched }: Read,
): void {
  const { tracker, marks } = state;
  const { session, path, isStopped, reader, ahead } = transcript;
  if (isStopped) return;
  for (const line of lines.slice(ahead.length)) ahead.push(reader.read(line));
  const events = ahead.slice(0, lines.length).flat();
  const writtenAt = Math.max(transcript.writtenAt ?? 0, ...events.map((event) => event.at));
  const sessionId = session.binding?.sessionId;
  const mark: TailMark = {
    path,
    offset,
    last,
    ...(writtenAt === 0 ? {} : { at: writtenAt }),
    ...(sessionId === undefined ? {} : { sessionId }),
  };
  tracker.observe({ session: session.id, path, events }, () => marks.put(session.id, mark), isWatched);
  if (writtenAt > 0) transcript.writtenAt = writtenAt;
  transcript.ahead = ahead.slice(lines.length);
  state.lineCount += lines.length;
}
