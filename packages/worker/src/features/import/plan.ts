import { newCard } from '../../cards/model';
import type { EndedWhy, Session } from '../../sessions/model';
import { uniqueName } from '../../sessions/unique-name';
import { bringSettings, type BroughtSettings } from './old-settings';
import type { OldSession, OldState } from './old-state';

/** What the plan is made from. */
export interface PlanInput {
  old: OldState;
  /** What is here already. */
  known: readonly Pick<Session, 'id' | 'name' | 'binding'>[];
  /** The agents that sessions can be of, by id. */
  agents: ReadonlyMap<string, { title: string }>;
  /** The allowed people, by Telegram user id; the first gets what belongs to nobody. */
  people: readonly number[];
  /** Where an agent keeps the transcript of a session that no file names. */
  transcriptOf(session: OldSession): string | null;
  now: number;
}

/** Why a session is not brought over. */
export type Skipped =
  /** It is here already, from an earlier import or by another way. */
  | 'known'
  /** Its agent had not begun a session of its own. */
  | 'no agent session'
  /** Nobody knows such an agent. */
  | 'unknown agent'
  /** Its transcript is nowhere to be found. */
  | 'no transcript';

/** What is to be brought over. */
export interface Plan {
  sessions: Session[];
  skipped: { name: string; why: Skipped }[];
  preferences: BroughtSettings;
}

/** An id as ccbot makes them; what is none cannot stand in a button. */
const ID = /^[\w-]{1,40}$/;

/** Decides what of the old state is brought over; what is here already is left as it is. */
export function planImport(input: PlanInput): Plan {
  const { old, known, agents, now } = input;
  const [first = 0] = input.people;
  const ids = new Set(known.map(({ id }) => id));
  const bound = new Set(known.map(({ binding }) => binding?.sessionId));
  const names = new Set(known.map(({ name }) => name.toLowerCase()));
  const owner = new Map([...old.active].map(([user, session]) => [session, user]));
  const plan: Plan = {
    sessions: [],
    skipped: [],
    preferences: bringSettings(old.settings, input.people),
  };
  for (const one of [...old.sessions].sort((a, b) => a.created_at - b.created_at)) {
    const skip = (why: Skipped): void => void plan.skipped.push({ name: one.name || one.id, why });
    const agent = agents.get(one.backend);
    const transcriptPath = old.transcripts.get(one.agentSession) ?? input.transcriptOf(one);
    if (ids.has(one.id) || bound.has(one.agentSession)) skip('known');
    else if (agent === undefined) skip('unknown agent');
    else if (one.agentSession === '' || one.workdir === '' || !ID.test(one.id)) skip('no agent session');
    else if (transcriptPath === null) skip('no transcript');
    else {
      const name = uniqueName(one.name || one.workdir.split('/').at(-1) || 'session', names);
      names.add(name.toLowerCase());
      bound.add(one.agentSession);
      const user = owner.get(one.id) ?? first;
      const at = (one.archived_at || one.last_event_at || one.created_at) * 1_000 || now;
      const why = endedWhy(one.state);
      plan.sessions.push({
        id: one.id,
        chatId: input.people.includes(user) ? user : first,
        name,
        agent: one.backend,
        cwd: one.workdir,
        createdAt: one.created_at * 1_000 || at,
        activeAt: (one.last_event_at || one.created_at) * 1_000 || at,
        ended: { at: why === 'lost' ? now : at, why },
        phase: why === 'lost' ? 'lost' : 'ended',
        binding: { sessionId: one.agentSession, transcriptPath, at: now },
        card: newCard({ session: one.id, name, agent: agent.title }),
      });
    }
  }
  return plan;
}

/** One that was open goes on when it is restored: its window belongs to the other bot. */
function endedWhy(state: string): EndedWhy {
  if (state === 'completed') return 'done';
  return state === 'archived' ? 'idle' : 'lost';
}
