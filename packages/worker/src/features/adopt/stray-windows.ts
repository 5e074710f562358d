import type { Agent, LiveSession } from '../../agents/agent';
import type { AgentCatalog } from '../../agents/catalog';
import type { Windows } from '../../sessions/lifecycle/windows';
import { isLive, type Session } from '../../sessions/model';
import type { Registry } from '../../sessions/registry';
import { strayIdOf, type Stray } from '../../terminal/strays';

/** A pane that ccbot did not open, with the agent in it, if one runs there. */
export interface FoundStray {
  stray: Stray;
  agent?: Agent;
  live?: LiveSession;
}

/** The panes that ccbot did not open. Rejects as `Panes` does. */
export interface StrayWindows {
  /** Those that are worth an offer: with an agent, or in ccbot's own tmux session. */
  list(): Promise<FoundStray[]>;
  find(id: string): Promise<FoundStray | undefined>;
  /** The live session that a stray has become. */
  sessionOf(id: string): Promise<Session | undefined>;
  /** Ties a stray to a session; see `Strays.tie`. */
  tie(id: string, session: string, note: string): Promise<void>;
  /** Ends the program of a stray and closes its pane. */
  close(id: string): Promise<void>;
}

export interface StrayWindowsDeps {
  registry: Registry;
  windows: Windows;
  agents: AgentCatalog;
  /** The user's home directory, where agents keep their state. */
  home: string;
}

interface StrayWindowsState extends StrayWindowsDeps {
  /** How many strays were tied so far: one that a search found may have become a session meanwhile. */
  ties: number;
}

export function createStrayWindows(deps: StrayWindowsDeps): StrayWindows {
  const state: StrayWindowsState = { ...deps, ties: 0 };
  const { windows } = deps;
  return {
    list: () => listUntied(state),
    find: async (id) => (await search(state)).find(({ stray }) => stray.id === id),
    sessionOf: (id) => sessionOf(state, id),
    async tie(id, session, note) {
      await windows.strays?.tie(id, session, note);
      state.ties += 1;
    },
    async close(id) {
      await windows.strays?.close(id);
    },
  };
}

/** Searches again if a stray was tied meanwhile: a session must not be offered. */
async function listUntied(state: StrayWindowsState): Promise<FoundStray[]> {
  for (;;) {
    const before = state.ties;
    const found = await search(state);
    if (before === state.ties) return found.filter(({ live, stray }) => live !== undefined || stray.ours);
  }
}

async function search({ registry, windows, agents, home }: StrayWindowsState): Promise<FoundStray[]> {
  const strays = (await windows.strays?.list()) ?? [];
  const found = await Promise.all(strays.map((stray) => withAgent(agents, home, stray)));
  // An agent that is being ended with its session is not offered either.
  const current = registry.all().filter((session) => isLive(session) || session.leftover === true);
  const bound = new Set(current.map(({ binding }) => binding?.sessionId));
  // What runs in a session's window is no stray, even if the window was split at the terminal.
  return found.filter(({ live }) => live === undefined || !bound.has(live.sessionId));
}

async function withAgent({ all }: AgentCatalog, home: string, stray: Stray): Promise<FoundStray> {
  if (stray.dead) return { stray };
  for (const { agent } of all) {
    const live = await agent.discover(home, stray.pid);
    if (live !== null) return { stray, agent, live };
  }
  return { stray };
}

async function sessionOf({ registry, windows }: StrayWindowsState, id: string): Promise<Session | undefined> {
  const pane = (await windows.list()).find((candidate) => strayIdOf(candidate) === id);
  const session = pane === undefined ? undefined : registry.get(pane.session);
  return session !== undefined && isLive(session) ? session : undefined;
}
