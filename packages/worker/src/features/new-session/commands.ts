import { buttonData } from '../../chat/buttons';
import type { Button } from '../../cards/view';
import { PanesError, type Panes } from '../../terminal/panes';
import type { Conversation, Handlers } from '../../chat/command';
import type { Words } from '../../words/words';
import { isLive, type Session } from '../../sessions/model';
import type { NewSession, Opened } from '../../sessions/lifecycle/opener';
import type { Registry } from '../../sessions/registry';

/** What the commands about whole sessions need. */
export interface WindowCommandDeps {
  registry: Registry;
  panes: Panes;
  open(request: NewSession): Promise<Opened>;
  /** An agent's name for people. */
  titleOf(agent: string): string;
  /** The session that a chat's plain messages go to. */
  active: { get(chatId: number): string | undefined; set(chatId: number, session: string): void };
  /** Something the person should know after the first session opened. */
  warnings(words: Words): string[];
  now(): number;
}

/** The commands that open, choose and end sessions. */
export function windowCommands(deps: WindowCommandDeps): Handlers<'list' | 'new' | 'kill'> {
  const { registry, active } = deps;

  return {
    list({ chatId, say, ack, words }) {
      ack();
      const live = registry.live();
      if (live.length === 0) say(words.noSessions);
      else say(words.chooseSession, switcher(live, active.get(chatId), deps.titleOf, words));
    },
    async new(conversation, { do: _, ...asked }) {
      await begin(deps, conversation, { ...asked, id: conversation.inbound.updateId.toString(36) });
    },
    async kill({ say, ack, words }, intent) {
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

/** Begins a session, which the chat writes to from then on; false where it could not, which was said. */
export async function begin(
  { open, active, warnings }: Pick<WindowCommandDeps, 'open' | 'active' | 'warnings'>,
  { chatId, say, words }: Conversation,
  request: Omit<NewSession, 'chatId'>,
): Promise<boolean> {
  const opened = await open({ ...request, chatId });
  if (!opened.ok) {
    say(opened.say);
    return false;
  }
  active.set(chatId, opened.session.id);
  for (const warning of warnings(words)) say(warning);
  return true;
}

/** One button a session, oldest first, so that each keeps its place. */
function switcher(
  sessions: readonly Session[],
  active: string | undefined,
  titleOf: (agent: string) => string,
  words: Words,
): Button[][] {
  const several = new Set(sessions.map(({ agent }) => agent)).size > 1;
  return sessions.map((session) => [
    {
      text: [
        `${session.id === active ? '● ' : ''}${session.name}`,
        ...(several ? [titleOf(session.agent)] : []),
        words.card.phase[session.card.phase],
      ].join(' · '),
      data: buttonData({ do: 'switch', session: session.id }),
    },
  ]);
}

/** Closes a window. One that is gone already is as good; one that cannot be reached is closed when the terminal is back. */
async function closeWindow(panes: Panes, id: string): Promise<void> {
  try {
    await panes.close(id);
  } catch (error) {
    if (!(error instanceof PanesError)) throw error;
  }
}
