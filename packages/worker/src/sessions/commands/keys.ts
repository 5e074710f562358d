import type { Agent } from '../../agents/agent';
import { PanesError, type Panes } from '../../terminal/panes';
import { words } from '../../words/en';
import type { Handlers } from '../command';
import { isLive, type Session } from '../model';
import type { Registry } from '../registry';

/** What pressing keys needs. */
export interface KeyCommandDeps {
  registry: Registry;
  panes: Panes;
  agentOf(session: Session): Agent;
  /** Looks at the session's screen and dispatches what it says. */
  look(id: string): Promise<void>;
  now(): number;
}

/**
 * Time a program has to take a key and draw what comes of it, ms. Also, Escape and a key right behind it are taken for
 * one key with Alt.
 */
const KEY_PAUSE_MS = 150;

type Say = (text: string) => void;

/** The commands that press keys and show screens. */
export function keyCommands(deps: KeyCommandDeps): Handlers<'interrupt' | 'key' | 'screen'> {
  const { registry, panes } = deps;

  async function press(say: Say, id: string, keys: (session: Session) => Parameters<Panes['type']>[1]) {
    const session = registry.get(id);
    if (session === undefined || !isLive(session)) return say(words.expired);
    try {
      await panes.type(id, keys(session));
    } catch (error) {
      if (!(error instanceof PanesError)) throw error;
      say(words.typingFailed(session.name, error.message));
    }
  }

  async function show(say: Say, id: string): Promise<void> {
    try {
      const screen = await panes.screen(id);
      registry.dispatch(id, [{ type: 'screen.asked', at: deps.now(), screen }]);
    } catch (error) {
      if (!(error instanceof PanesError)) throw error;
      say(words.typingFailed(registry.get(id)?.name ?? id, error.message));
    }
  }

  return {
    interrupt({ say, ack }, intent) {
      ack();
      return press(say, intent.session, (session) => deps.agentOf(session).interrupt());
    },
    async key({ say, ack }, intent) {
      const answering = registry.get(intent.session)?.phase === 'dialog';
      await press(say, intent.session, () => [
        { kind: 'key', key: intent.key },
        { kind: 'pause', ms: KEY_PAUSE_MS },
      ]);
      ack();
      // Of a dialog the look itself decides: it goes from the chat when the key was its answer.
      return answering ? deps.look(intent.session) : show(say, intent.session);
    },
    screen({ say, ack }, intent) {
      ack();
      return show(say, intent.session);
    },
  };
}
