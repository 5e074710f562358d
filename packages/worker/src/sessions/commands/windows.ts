import { buttonData } from '../../router/buttons';
import { renderNotice } from '../../cards/render';
import type { Button, View } from '../../cards/view';
import type { Wanted } from '../../outbox/wanted';
import { PanesError, type Panes } from '../../terminal/panes';
import { agentWords } from '../../words/agents';
import { words } from '../../words/en';
import { withButtons, type Conversation, type Handlers } from '../command';
import { isLive, type Session } from '../model';
import type { NewSession, Opened } from '../opener';
import type { Registry } from '../registry';

/** What the commands about whole sessions need. */
export interface WindowCommandDeps {
  registry: Registry;
  panes: Panes;
  open(request: NewSession): Promise<Opened>;
  /** The agents that can be started here without a command line, the one of the settings first. */
  installed(): Promise<{ id: string; title: string }[]>;
  /** An agent's name for people. */
  titleOf(agent: string): string;
  put(wanted: Wanted): void;
  /** The session that a chat's plain messages go to. */
  active: { get(chatId: number): string | undefined; set(chatId: number, session: string): void };
  /** Something the person should know after the first session opened. */
  warnings(session: Session): string[];
  now(): number;
}

/** The commands that open, choose and end sessions. */
export function windowCommands(
  deps: WindowCommandDeps,
): Handlers<'list' | 'switch' | 'new' | 'new-with' | 'kill'> {
  const { registry, active } = deps;

  async function start({ chatId, say }: Conversation, request: Omit<NewSession, 'chatId'>): Promise<void> {
    const opened = await deps.open({ ...request, chatId });
    if (!opened.ok) return say(opened.say);
    active.set(chatId, opened.session.id);
    for (const warning of deps.warnings(opened.session)) say(warning);
  }

  const question = (chatId: number, request: string, view: View): void =>
    deps.put({ chatId, key: `which:${request}`, view, class: 'ask' });

  return {
    list({ chatId, say, ack }) {
      ack();
      const live = registry.live();
      if (live.length === 0) say(words.noSessions);
      else say(words.chooseSession, switcher(live, active.get(chatId), deps.titleOf));
    },
    switch({ chatId, say, ack }, intent) {
      const session = registry.get(intent.session);
      if (session === undefined || !isLive(session)) return ack(words.expired);
      active.set(chatId, session.id);
      ack(words.switched(session.name));
      say(words.switched(session.name));
    },
    async new(conversation, { do: _, ...asked }) {
      const { inbound, chatId } = conversation;
      const id = inbound.updateId.toString(36);
      const agents = Object.keys(asked).length > 0 ? [] : await deps.installed();
      if (agents.length < 2) return start(conversation, { ...asked, id });
      const buttons = agents.map(({ id: agent, title }) => [
        { text: title, data: buttonData({ do: 'new-with', agent, request: id }) },
      ]);
      const asks = renderNotice(agentWords.whichAgent(agents[0]?.title ?? ''));
      question(chatId, id, withButtons(asks, buttons));
    },
    async 'new-with'(conversation, { agent, request }) {
      conversation.ack();
      // The session's id is that of the question: a second tap opens none.
      await start(conversation, { id: request, agent });
      question(conversation.chatId, request, { parts: [] });
    },
    async kill({ say, ack }, intent) {
      const session = registry.get(intent.session);
      if (session === undefined || !isLive(session)) return ack(words.expired);
      ack();
      if (!intent.sure) {
        return say(words.killSure(session.name), [
          [{ text: words.killYes, data: buttonData({ do: 'kill', session: session.id, sure: true }) }],
        ]);
      }
      // First the state: the window's own end must not be told as a surprise.
      registry.dispatch(session.id, [{ type: 'killed', at: deps.now() }]);
      await closeWindow(deps.panes, session.id);
    },
  };
}

/** One button a session, oldest first, so that each keeps its place. */
function switcher(
  sessions: readonly Session[],
  active: string | undefined,
  titleOf: (agent: string) => string,
): Button[][] {
  const several = new Set(sessions.map(({ agent }) => agent)).size > 1;
  return sessions.map((session) => [
    {
      text: [
        `${session.id === active ? '● ' : ''}${session.name}`,
        ...(several ? [titleOf(session.agent)] : []),
        session.card.phase,
      ].join(' · '),
      data: buttonData({ do: 'switch', session: session.id }),
    },
  ]);
}

/** Closes a window; one that is gone already is as good. */
async function closeWindow(panes: Panes, id: string): Promise<void> {
  try {
    await panes.close(id);
  } catch (error) {
    if (!(error instanceof PanesError && error.reason === 'no-such-session')) throw error;
  }
}
