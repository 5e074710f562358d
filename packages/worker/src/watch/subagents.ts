import type { AgentCatalog } from '../agents/catalog';
import type { Registry } from '../sessions/registry';
import type { Session } from '../sessions/model';
import type { Tail } from './tail';
import type { Transcripts } from './transcripts';

/**
 * When to look for the transcript of a sub-agent that no record names, ms after it began: a sub-agent that its agent
 * waits for is named only at its end.
 */
export const SEEK_MS: readonly number[] = [200, 800, 3_000];

export interface SubAgentDeps {
  transcripts: Pick<Transcripts, 'tail'>;
  agents: Pick<AgentCatalog, 'of'>;
  registry: Pick<Registry, 'dispatch'>;
  now(): number;
}

/** Reads the transcripts of the sub-agents of live sessions while they run. */
export interface SubAgents {
  /**
   * Follows the sub-agents that run in the session, and releases those that have ended. When the session's transcript
   * has moved, a sub-agent may write beside the new one, or still beside the old one: both are read from then on.
   */
  sync(session: Session): void;
  release(session: string): void;
  stop(): void;
}

interface SubAgentsState extends SubAgentDeps {
  /** The tails of each session's sub-agents, by {@link placeOf}. */
  followed: Map<string, Map<string, Tail>>;
  /** Places where a transcript is being looked for, with the timer of the next look; null during a look. */
  sought: Map<string, NodeJS.Timeout | null>;
}

export function createSubAgents(deps: SubAgentDeps): SubAgents {
  const state: SubAgentsState = { ...deps, followed: new Map(), sought: new Map() };
  return {
    sync: (session) => sync(state, session),
    release: (session) => release(state, session),
    stop() {
      for (const session of [...state.followed.keys()]) release(state, session);
      for (const key of [...state.sought.keys()]) stopSeeking(state, key);
    },
  };
}

function keyOf(session: string, place: string): string {
  return `${session} ${place}`;
}

/** A sub-agent, and the transcript of its session beside which its own is looked for. Ids have no spaces. */
function placeOf(agent: string, transcript: string): string {
  return `${agent} ${transcript}`;
}

function sync(state: SubAgentsState, session: Session): void {
  const { followed, sought } = state;
  const transcript = session.binding?.transcriptPath;
  const running = (session.card.agents ?? []).filter((agent) => agent.state === 'running');
  const tails = followed.get(session.id) ?? new Map<string, Tail>();
  releaseEnded(state, session.id, tails, new Set(running.map(({ id }) => id)));
  for (const { id, file } of transcript === undefined ? [] : running) {
    const place = placeOf(id, transcript ?? '');
    if (tails.has(place)) continue;
    if (file === undefined) {
      if (!sought.has(keyOf(session.id, place))) seek(state, session, id, 0);
      continue;
    }
    const tail = follow(state, session, id, file);
    if (tail !== undefined) tails.set(place, tail);
  }
  if (tails.size > 0) followed.set(session.id, tails);
  else followed.delete(session.id);
}

function releaseEnded(
  state: SubAgentsState,
  session: string,
  tails: Map<string, Tail>,
  running: ReadonlySet<string>,
): void {
  for (const [place, tail] of tails) {
    if (running.has(place.split(' ')[0] ?? '')) continue;
    tail.stop();
    tails.delete(place);
  }
  for (const key of [...state.sought.keys()]) {
    const [owner, id = ''] = key.split(' ');
    if (owner === session && !running.has(id)) stopSeeking(state, key);
  }
}

function release(state: SubAgentsState, session: string): void {
  const { followed, sought } = state;
  for (const key of [...sought.keys()]) if (key.startsWith(keyOf(session, ''))) stopSeeking(state, key);
  for (const tail of followed.get(session)?.values() ?? []) tail.stop();
  followed.delete(session);
}

function stopSeeking({ sought }: SubAgentsState, key: string): void {
  clearTimeout(sought.get(key) ?? undefined);
  sought.delete(key);
}

/** Looks for the sub-agent's transcript a little later, and follows it once it is found. */
function seek(state: SubAgentsState, session: Session, id: string, attempt: number): void {
  const { agents, sought } = state;
  const transcript = session.binding?.transcriptPath;
  const agent = agents.of(session);
  const waitMs = SEEK_MS[attempt];
  if (transcript === undefined) return;
  const place = placeOf(id, transcript);
  const key = keyOf(session.id, place);
  if (agent.findSubTranscript === undefined || waitMs === undefined) return;
  const look = async (): Promise<void> => {
    sought.set(key, null);
    const path = (await agent.findSubTranscript?.(transcript, id)) ?? null;
    if (!sought.has(key)) return; // it ended meanwhile
    if (path === null) return seek(state, session, id, attempt + 1);
    followFound(state, session, place, path);
  };
  const timer = setTimeout(() => {
    look().catch(() => stopSeeking(state, key)); // what cannot be read is not shown
  }, waitMs);
  sought.set(key, timer);
}

function followFound(state: SubAgentsState, session: Session, place: string, path: string): void {
  const tails = state.followed.get(session.id);
  if (tails?.has(place) === true) return;
  const tail = read(state, session, place.split(' ')[0] ?? '', path);
  if (tail !== undefined) state.followed.set(session.id, new Map(tails).set(place, tail));
}

function follow(state: SubAgentsState, session: Session, id: string, file: string): Tail | undefined {
  const transcript = session.binding?.transcriptPath;
  if (transcript === undefined) return undefined;
  const path = state.agents.of(session).subTranscript?.(transcript, file);
  return path === undefined ? undefined : read(state, session, id, path);
}

function read(
  { transcripts, agents, registry, now }: SubAgentsState,
  session: Session,
  id: string,
  path: string,
): Tail | undefined {
  const reader = agents.of(session).subReader?.(id);
  if (reader === undefined) return undefined;
  return transcripts.tail({
    path,
    from: 0,
    onLines(lines) {
      const events = lines.flatMap((line) => reader.read(line));
      const inputs = events.map((event) => ({ type: 'observed', at: now(), event }) as const);
      if (inputs.length > 0) registry.dispatch(session.id, inputs);
    },
    onRestart: () => undefined, // its events are numbered, so reading them twice changes nothing
  });
}
