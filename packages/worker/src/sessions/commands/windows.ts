import { buttonData } from '../../router/buttons';
import type { Button } from '../../cards/view';
import { PanesError, type Panes } from '../../terminal/panes';
import { words } from '../../words/en';
import type { Handlers } from '../command';
import { isLive, type Session } from '../model';
import type { Opened } from '../opener';
import type { Registry } from '../registry';

/** What the commands about whole sessions need. */
export interface WindowCommandDeps {
  registry: Registry;
  panes: Panes;
  open(request: { id: string; chatId: number; name?: string; path?: string }): Promise<Opened>;
  /** The session that a chat's plain messages go to. */
  active: { get(chatId: number): string | undefined; set(chatId: number, session: string): void };
  /** Something the person should know after the first session opened. */
  warnings(session: Session): string[];
  now(): number;
}

/** The commands that open, choose and end sessions. */
export function windowCommands(deps: WindowCommandDeps): Handlers<'list' | 'switch' | 'new' | 'kill'> {
  const { registry, active } = deps;
  return {
    list({ chatId, say, ack }) {
      ack();
      const live = registry.live();
      if (live.length === 0) say(words.noSessions);
      else say(words.chooseSession, switcher(live, active.get(chatId)));
    },
    switch({ chatId, say, ack }, intent) {
      const session = registry.get(intent.session);
      if (session === undefined || !isLive(session)) return ack(words.expired);
      active.set(chatId, session.id);
      ack(words.switched(session.name));
      say(words.switched(session.name));
    },
    async new({ inbound, chatId, say }, intent) {
      const opened = await deps.open({ ...intent, id: inbound.updateId.toString(36), chatId });
      if (!opened.ok) return say(opened.say);
      active.set(chatId, opened.session.id);
      for (const warning of deps.warnings(opened.session)) say(warning);
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
function switcher(sessions: readonly Session[], active: string | undefined): Button[][] {
  return sessions.map((session) => [
    {
      text: `${session.id === active ? '● ' : ''}${session.name} · ${session.card.phase}`,
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
