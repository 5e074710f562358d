import { isRunning, knownProcess, type KnownProcess } from '@ccbot/shared/processes/known-process';
import type { Agent, LiveSession } from '../../agents/agent';
import { PanesError, type Panes } from '../../terminal/panes';
import { isInForeground } from '../../terminal/foreground';
import type { Session } from '../model';
import type { Registry } from '../registry';

/**
 * The windows of sessions. As `Panes`, but an adopted window belongs to the user: nothing is typed into one whose agent
 * has ended or is suspended, since a shell would run it, and closing it only unties it.
 */
export interface Windows extends Panes {
  /** Whether the agent of an adopted window still runs. */
  hasAgent(session: Session): Promise<boolean>;
  /** What the agent's own files say of the session in a window; null where they say nothing. */
  discover(session: Session): Promise<LiveSession | null>;
  /** Whether ccbot can tell the agent of the session from the shell around it, and must not end the window. */
  isAdopted(session: Session | undefined): session is Session;
  /** Closes a session's window. Does nothing if it is gone; if the terminal is away, the window is closed when it is back. */
  closeIfThere(session: string): Promise<void>;
}

export interface WindowsDeps {
  panes: Panes;
  registry: Pick<Registry, 'get'>;
  agents: { of(session: { agent: string }): Agent };
  /** The user's home directory, where agents keep their state. */
  home: string;
}

interface WindowsState extends WindowsDeps {
  /** The agent's process by session, with its start time against a number that is used again. */
  processes: Map<string, KnownProcess>;
}

export function createWindows(deps: WindowsDeps): Windows {
  const state: WindowsState = { ...deps, processes: new Map() };
  const { panes, registry } = deps;
  return {
    ...panes,
    hasAgent: (session) => hasAgent(state, session),
    discover: (session) => discover(state, session),
    isAdopted,
    async type(id, keys, mark, as) {
      const session = registry.get(id);
      if (isAdopted(session)) await assertReads(state, session);
      return panes.type(id, keys, mark, as);
    },
    close: (id) => close(state, id),
    async closeIfThere(id) {
      try {
        await close(state, id);
      } catch (error) {
        if (!(error instanceof PanesError)) throw error; // gone already, or with its server
      }
    },
  };
}

function isAdopted(session: Session | undefined): session is Session {
  return session?.adopted === true && session.surface !== 'screen';
}

/** Throws unless the agent of an adopted window reads what is typed there. Checked for each typing: it may change at any time. */
async function assertReads(state: WindowsState, session: Session): Promise<void> {
  if (!(await hasAgent(state, session)))
    throw new PanesError('refused', 'its agent has ended, and what is typed would go to a shell');
  const agent = state.processes.get(session.id);
  if (agent !== undefined && isInForeground(agent.pid) === false)
    throw new PanesError('refused', 'its agent is suspended, and what is typed would go to a shell');
}

async function close({ panes, registry }: WindowsState, id: string): Promise<void> {
  const { strays } = panes;
  if (strays === undefined || !isAdopted(registry.get(id))) return panes.close(id);
  return strays.untie(id);
}

async function discover(
  { panes, agents, home }: WindowsState,
  session: Session,
): Promise<LiveSession | null> {
  const pane = (await panes.list()).find((candidate) => candidate.session === session.id);
  return pane === undefined ? null : agents.of(session).discover(home, pane.pid);
}

async function hasAgent(state: WindowsState, session: Session): Promise<boolean> {
  const { processes } = state;
  const known = processes.get(session.id) ?? session.program;
  if (known !== undefined && isRunning(known)) {
    processes.set(session.id, known);
    return true;
  }
  processes.delete(session.id);
  const live = await discover(state, session);
  const found = live === null ? null : knownProcess(live.pid);
  if (found === null || !isRunning(found)) return false;
  processes.set(session.id, found);
  return true;
}
