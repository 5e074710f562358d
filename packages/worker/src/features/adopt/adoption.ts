import { buttonData, withButtons } from '../../cards/button';
import { adoptButton } from './buttons';
import { closeStrayButton } from './buttons';
import type { Agent, LiveSession } from '../../agents/agent';
import { newCard } from '../../cards/model';
import { renderNotice } from '../../cards/render';
import type { QueuedView } from '../../outbox/model';
import type { Panes } from '../../terminal/panes';
import { strayIdOf, type Stray } from '../../terminal/strays';
import type { Words, WordsOf } from '../../words/words';
import { isLive, type Session } from '../../sessions/model';
import { noteOf } from '../../sessions/window-note';
import { uniqueName } from '../../sessions/unique-name';
import type { Registry } from '../../sessions/registry';
import { outboxKey } from '../../outbox/keys';

/** How often, and how long apart, ms, the agent that a hook told of is looked for: its own file may come later. */
const TRIES = 10;
const TRY_MS = 300;

/** A transcript is taken up this much, ms, before a moment, for hooks' sake; what was before the tap was at the desk. */
const BEFORE_MS = 2_000;

/** A window that nobody here opened, with the agent in it, if one runs there. */
export interface Found {
  stray: Stray;
  agent?: Agent;
  live?: LiveSession;
}

/** What adopting needs. */
export interface AdoptionDeps {
  wordsOf: WordsOf;
  registry: Registry;
  panes: Panes;
  /** Every agent; one that keeps no sessions is found by nobody. */
  agents: readonly Agent[];
  /** The agent whose card is the screen, for a window without an agent. */
  shell: Agent;
  home: string;
  /** `CCBOT_DIR`, which windows carry. */
  dir: string;
  /** Who is told of what is found. */
  chats: readonly number[];
  put(wanted: QueuedView): void;
  now(): number;
}

/** Finds what a person started at the desk, and makes sessions of it. */
export interface Adoption {
  /** Tells of every agent that nobody here started, and of every window in our tmux session that belongs to none. */
  lookAround(): Promise<void>;
  /** An agent told, through its hook, of a session that is none of ours; offered when it runs in a window here. */
  heard(sessionId: string): Promise<void>;
  /** Tells one chat of all of it anew, below what was said meanwhile; resolves with how many there are. */
  show(chatId: number): Promise<number>;
  find(id: string): Promise<Found | undefined>;
  /** The session that a stray was made, where it is one by now. */
  sessionOf(id: string): Promise<Session | undefined>;
  /** Makes a session of it. `id` is derived from the update, so that the same tap never makes two. */
  adopt(found: Found, id: string, chatId: number): Promise<Session>;
  /** Every chat that was told of a stray sees what became of it. */
  settle(id: string, text: (words: Words) => string): void;
  stop(): void;
}

/** Makes what adopts; nothing is looked for yet. */
export function createAdoption(deps: AdoptionDeps): Adoption {
  const { registry, panes, home, now } = deps;
  let stopped = false;
  /** How many strays were tied so far: what a look found before one was may be a session by now. */
  let ties = 0;

  async function look(): Promise<Found[]> {
    const all = (await panes.strays?.list()) ?? [];
    const found = await Promise.all(all.map(withAgent));
    // Nor is one that is just being ended with its session.
    const ours = registry.all().filter((one) => isLive(one) || one.leftover === true);
    const bound = new Set(ours.map(({ binding }) => binding?.sessionId));
    // What runs in a window of ours is no stray, be the window split at the desk.
    return found.filter(({ live }) => live === undefined || !bound.has(live.sessionId));
  }

  async function withAgent(stray: Stray): Promise<Found> {
    if (stray.dead) return { stray };
    for (const agent of deps.agents) {
      const live = await agent.discover(home, stray.pid);
      if (live !== null) return { stray, agent, live };
    }
    return { stray };
  }

  /** As `look`, but once more when something was tied meanwhile: what is a session by now must not be offered. */
  async function lookAnew(): Promise<Found[]> {
    for (;;) {
      const before = ties;
      const found = await look();
      if (before === ties) return found;
    }
  }

  /** Somebody else's window without an agent is nobody's business here. */
  const matters = ({ live, stray }: Found): boolean => live !== undefined || stray.ours;

  /** Told under the key of the stray: told again it is the same message. */
  function offer(found: Found, chats: Iterable<number> = deps.chats): void {
    const { stray } = found;
    for (const chatId of chats) {
      const words = deps.wordsOf(chatId);
      const adopt = { text: words.adopt.adopt, data: buttonData(adoptButton, { stray: stray.id }) };
      const close = {
        text: words.adopt.close,
        data: buttonData(closeStrayButton, { stray: stray.id, sure: false }),
      };
      const buttons = [[...(stray.dead ? [] : [adopt]), ...(stray.ours ? [close] : [])]];
      deps.put({
        chatId,
        key: outboxKey('stray', stray.id),
        view: withButtons(renderNotice(offerText(found, words)), buttons),
        class: 'notice',
        silent: true,
      });
    }
  }

  return {
    async lookAround() {
      for (const found of await lookAnew()) if (matters(found)) offer(found);
    },
    async heard(sessionId) {
      for (let tries = 0; tries < TRIES && !stopped; tries++) {
        if (registry.live().some(({ binding }) => binding?.sessionId === sessionId)) return;
        const found = (await lookAnew()).find(({ live }) => live?.sessionId === sessionId);
        if (found !== undefined) return offer(found);
        await new Promise((resolve) => setTimeout(resolve, TRY_MS).unref());
      }
    },
    async show(chatId) {
      const all = (await lookAnew()).filter(matters);
      for (const found of all) {
        // Taken away first, it comes anew.
        deps.put({ chatId, key: outboxKey('stray', found.stray.id), view: { parts: [] }, class: 'card' });
        offer(found, [chatId]);
      }
      return all.length;
    },
    find: async (id) => (await look()).find(({ stray }) => stray.id === id),
    async sessionOf(id) {
      const pane = (await panes.list()).find((one) => strayIdOf(one) === id);
      const session = pane === undefined ? undefined : registry.get(pane.session);
      return session !== undefined && isLive(session) ? session : undefined;
    },
    async adopt(found, id, chatId) {
      const { stray, live } = found;
      // One of the archive that somebody went on with by hand comes out of it, once its window is there.
      const before = archivedAs(live);
      const session = registry.get(id) ?? begin(found, before[0], id, chatId);
      await panes.strays?.tie(stray.id, id, noteOf(session, deps.dir));
      ties += 1;
      const at = now();
      const { sessionId = '', transcriptPath = '' } = live ?? {};
      registry.dispatch(id, [
        { type: 'opened', at },
        ...(live === undefined
          ? []
          : [{ type: 'bound' as const, at: at + BEFORE_MS, sessionId, transcriptPath }]),
      ]);
      registry.forget(before.map((one) => one.id));
      return registry.get(id) ?? session;
    },
    settle(id, text) {
      for (const chatId of deps.chats) {
        const view = renderNotice(text(deps.wordsOf(chatId)));
        deps.put({ chatId, key: outboxKey('stray', id), view, class: 'notice', silent: true });
      }
    },
    stop() {
      stopped = true;
    },
  };

  function archivedAs(live: LiveSession | undefined): Session[] {
    if (live === undefined) return [];
    return registry.all().filter((one) => !isLive(one) && one.binding?.sessionId === live.sessionId);
  }

  /** A session of what runs there; `before`: the same one in the archive, whose name it keeps. */
  function begin(
    { stray, agent = deps.shell, live }: Found,
    before: Session | undefined,
    id: string,
    chatId: number,
  ): Session {
    const cwd = live?.cwd ?? stray.cwd;
    const taken = new Set(registry.live().map((one) => one.name.toLowerCase()));
    const usual = live === undefined ? stray.command : cwd.split('/').filter(Boolean).at(-1);
    const name = uniqueName(before?.name ?? usual ?? 'root', taken);
    const { about } = before ?? {};
    const screen = agent.surface === 'screen';
    const session: Session = {
      ...{ id, chatId, name, agent: agent.id, cwd, adopted: true, createdAt: now(), phase: 'opening' },
      ...(about === undefined ? {} : { about }),
      ...(screen ? { surface: 'screen' as const, line: stray.command } : {}),
      card: {
        ...newCard({ session: id, name, agent: agent.title }),
        ...(screen ? { prompt: stray.command, screen: '' } : {}),
      },
    };
    registry.add(session);
    return session;
  }
}

function offerText({ stray, agent, live }: Found, words: Words): string {
  const { tmuxSession, window, command, cwd } = stray;
  if (stray.dead) return words.adopt.deadWindow(tmuxSession, window);
  return agent === undefined || live === undefined
    ? words.adopt.windowOfNobody(tmuxSession, window, command, cwd)
    : words.adopt.agentAtDesk(agent.title, tmuxSession, window, live.cwd);
}
