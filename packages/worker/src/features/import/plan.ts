import { newCard } from '../../cards/model';
import type { EndedWhy, Session } from '../../sessions/model';
import { uniqueName } from '../../sessions/unique-name';
import { importSettings, type ImportedSettings } from './old-settings';
import type { OldSession, OldState } from './old-state';

export interface PlanInput {
  old: OldState;
  /** The sessions that are here already. */
  known: readonly Pick<Session, 'id' | 'name' | 'binding'>[];
  /** The agents whose sessions can be imported, by id. */
  agents: ReadonlyMap<string, { title: string }>;
  /** Telegram ids of the allowed users. The first one gets the sessions that nobody writes to. */
  users: readonly number[];
  /** Finds a transcript that no file of the old state names. */
  transcriptOf(session: OldSession): string | null;
  now: number;
}

/** Why a session is not imported. */
export type SkipReason =
  /** It is here already, from an earlier import or another way. */
  | 'known'
  /** Its agent had not started a session of its own. */
  | 'no agent session'
  | 'unknown agent'
  | 'no transcript';

/** What will be imported. */
export interface Plan {
  sessions: Session[];
  skipped: { name: string; why: SkipReason }[];
  preferences: ImportedSettings;
}

/** An id as ccbot makes them; no other fits into a button. */
const ID = /^[\w-]{1,40}$/;

/** What is taken already. */
interface Taken {
  ids: ReadonlySet<string>;
  /** The agents' own sessions. */
  agentSessions: Set<string | undefined>;
  /** In lower case. */
  names: Set<string>;
}

/** Decides what is imported. What is here already stays as it is. */
export function planImport(input: PlanInput): Plan {
  const { old, known, users } = input;
  const taken: Taken = {
    ids: new Set(known.map(({ id }) => id)),
    agentSessions: new Set(known.map(({ binding }) => binding?.sessionId)),
    names: new Set(known.map(({ name }) => name.toLowerCase())),
  };
  const owners = new Map([...old.active].map(([user, session]) => [session, user]));
  const plan: Plan = { sessions: [], skipped: [], preferences: importSettings(old.settings, users) };
  const oldestFirst = [...old.sessions].sort((a, b) => a.created_at - b.created_at);
  for (const session of oldestFirst) {
    const importable = importableOf(session, input, taken);
    if (typeof importable === 'string') {
      plan.skipped.push({ name: session.name || session.id, why: importable });
      continue;
    }
    const name = uniqueName(session.name || session.workdir.split('/').at(-1) || 'session', taken.names);
    taken.names.add(name.toLowerCase());
    taken.agentSessions.add(session.agentSession);
    const chatId = ownerOf(owners.get(session.id), users);
    plan.sessions.push(importedSession(session, { ...importable, name, chatId }, input.now));
  }
  return plan;
}

/** What an import needs beside the old session, or why it is skipped. */
function importableOf(
  session: OldSession,
  { old, agents, transcriptOf }: PlanInput,
  { ids, agentSessions }: Taken,
): { title: string; transcriptPath: string } | SkipReason {
  const { id, agentSession, workdir, backend } = session;
  if (ids.has(id) || agentSessions.has(agentSession)) return 'known';
  const agent = agents.get(backend);
  if (agent === undefined) return 'unknown agent';
  if (agentSession === '' || workdir === '' || !ID.test(id)) return 'no agent session';
  const transcriptPath = old.transcripts.get(agentSession) ?? transcriptOf(session);
  return transcriptPath === null ? 'no transcript' : { title: agent.title, transcriptPath };
}

function ownerOf(user: number | undefined, users: readonly number[]): number {
  const [first = 0] = users;
  return user !== undefined && users.includes(user) ? user : first;
}

interface Import {
  /** The agent's name for users. */
  title: string;
  transcriptPath: string;
  name: string;
  chatId: number;
}

function importedSession(
  session: OldSession,
  { title, transcriptPath, name, chatId }: Import,
  now: number,
): Session {
  const { id, backend, workdir, agentSession } = session;
  const at = (session.archived_at || session.last_event_at || session.created_at) * 1_000 || now;
  const why = endedWhy(session.state);
  return {
    id,
    chatId,
    name,
    agent: backend,
    cwd: workdir,
    createdAt: session.created_at * 1_000 || at,
    activeAt: (session.last_event_at || session.created_at) * 1_000 || at,
    ended: { at: why === 'lost' ? now : at, why },
    phase: why === 'lost' ? 'lost' : 'ended',
    binding: { sessionId: agentSession, transcriptPath, at: now },
    card: newCard({ session: id, name, agent: title }),
  };
}

/** An open session continues when it is restored: its window belongs to the other bot. */
function endedWhy(state: string): EndedWhy {
  if (state === 'completed') return 'done';
  return state === 'archived' ? 'idle' : 'lost';
}
