import { PanesError, type Panes } from '../../terminal/panes';
import type { Conversation, Handlers } from '../command';
import { isLive } from '../model';
import type { Registry } from '../registry';

/** What pressing keys needs. */
export interface KeyCommandDeps {
  registry: Registry;
  panes: Panes;
  /** Looks at the session's screen and dispatches what it says. */
  look(id: string): Promise<void>;
  now(): number;
}

/** Escape and a key right behind it are taken for one key with Alt, ms. */
const KEY_PAUSE_MS = 50;

/** How often, and how long apart, ms, the screen is read until it shows what came of a key, and stands still again. */
const SETTLE_READS = 15;
const SETTLE_MS = 60;

/** The commands that press keys and show screens. */
export function keyCommands(deps: KeyCommandDeps): Handlers<'key' | 'screen' | 'refresh' | 'hide'> {
  const { registry, panes } = deps;
  const asked = (id: string, anew: boolean): void =>
    registry.dispatch(id, [{ type: 'screen.asked', at: deps.now(), anew }]);
  const looksOf = async (id: string): Promise<string> => JSON.stringify(await panes.capture(id));

  /** Reads the screen until it has changed and stands still, for a second at most; whether it changed. */
  async function settle(id: string, before: string): Promise<boolean> {
    let last = before;
    for (let read = 0; read < SETTLE_READS; read++) {
      const now = await looksOf(id);
      if (now === last && now !== before) return true;
      last = now;
      await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    }
    return last !== before;
  }

  async function press(
    { say, ack, words }: Conversation,
    id: string,
    keys: Parameters<Panes['type']>[1],
  ): Promise<boolean> {
    const session = registry.get(id);
    if (session === undefined || !isLive(session)) {
      ack(words.expired);
      return false;
    }
    try {
      const before = await looksOf(id);
      await panes.type(id, keys);
      // Programs drop keys now and then: the person is told, and presses it again, as nobody else may guess.
      ack((await settle(id, before)) ? undefined : words.noChange);
      return true;
    } catch (error) {
      if (!(error instanceof PanesError)) throw error;
      ack();
      say(words.keyFailed(session.name, error.message));
      return false;
    }
  }

  return {
    async key(conversation, { session: id, key }) {
      const answering = registry.get(id)?.phase === 'dialog';
      const pressed = await press(conversation, id, [
        { kind: 'key', key },
        { kind: 'pause', ms: KEY_PAUSE_MS },
      ]);
      if (!pressed) return;
      // Of a dialog the look itself decides: it goes from the chat when the key was its answer.
      if (answering) await deps.look(id);
      if (!answering || registry.get(id)?.phase === 'dialog') asked(id, false);
    },
    screen({ ack }, { session }) {
      ack();
      asked(session, true);
    },
    refresh({ ack }, { session }) {
      ack();
      asked(session, false);
    },
    hide({ ack }, { session }) {
      ack();
      registry.dispatch(session, [{ type: 'screen.closed', at: deps.now() }]);
    },
  };
}
