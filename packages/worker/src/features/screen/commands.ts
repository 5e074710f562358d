import { PanesError, type Panes } from '../../terminal/panes';
import type { Conversation, Handlers } from '../../chat/command';
import type { SessionIntent } from '../../chat/intents';
import type { KeyIntent } from './buttons';
import { isLive, screenKey, type Session } from '../../sessions/model';
import type { Registry } from '../../sessions/registry';

/** The screen of a session and its keys. */
export type ScreenIntents =
  KeyIntent | SessionIntent<'screen'> | SessionIntent<'refresh'> | SessionIntent<'hide'>;

/** What pressing keys needs. */
export interface KeyCommandDeps {
  registry: Registry;
  panes: Panes;
  /** Looks at the session's screen and dispatches what it says. */
  look(id: string): Promise<void>;
  /** The outbox key of a message of the bot's. */
  keyOf(chatId: number, message: number): string | undefined;
  /** The name of a person, for the others. */
  nameOf(chatId: number): string;
  now(): number;
}

/** Escape and a key right behind it are taken for one key with Alt, ms. */
const KEY_PAUSE_MS = 50;

/** How often, and how long apart, ms, the screen is read until it shows what came of a key, and stands still again. */
const SETTLE_READS = 15;
const SETTLE_MS = 60;

/** The commands that press keys and show screens. */
export function keyCommands(deps: KeyCommandDeps): {
  handlers: Handlers<ScreenIntents>;
  release(session: string): void;
} {
  const { registry, panes } = deps;
  /** Keys of one session's screen are pressed one after the other, whoever presses them. */
  const pressing = new Map<string, Promise<void>>();
  /** Who pressed the last key on a session's screen. */
  const pressedBy = new Map<string, number>();
  const asked = (id: string, isNew: boolean, by?: number): void =>
    registry.dispatch(id, [
      { type: 'screen.asked', at: deps.now(), isNew, ...(by === undefined ? {} : { by }) },
    ]);

  async function inTurn(id: string, work: () => Promise<void>): Promise<void> {
    const before = pressing.get(id);
    const mine = (before ?? Promise.resolve()).then(work, work);
    pressing.set(id, mine);
    try {
      await mine;
    } finally {
      if (pressing.get(id) === mine) pressing.delete(id);
    }
  }

  /**
   * Whether what the person sees is gone: a key that was meant for a dialog must not land in what came after it. Of a
   * screen that they asked for themselves every key counts, whatever is on it.
   */
  function isOver({ inbound, chatId }: Conversation, session: Session): boolean {
    const message = inbound.kind === 'tap' ? inbound.messageId : undefined;
    const key = message === undefined ? undefined : deps.keyOf(chatId, message);
    if (key !== undefined && key !== screenKey(session)) return true;
    return session.phase !== 'dialog' && session.screenIn?.includes(chatId) !== true;
  }
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

  const handlers: Handlers<ScreenIntents> = {
    key: (conversation, { session: id, key }) =>
      inTurn(id, async () => {
        const { chatId, ack, words } = conversation;
        const session = registry.get(id);
        if (session !== undefined && isOver(conversation, session)) {
          const by = pressedBy.get(id);
          return ack(
            by === undefined || by === chatId ? words.screenOver : words.screenAnswered(deps.nameOf(by)),
          );
        }
        const answering = session?.phase === 'dialog';
        const pressed = await press(conversation, id, [
          { kind: 'key', key },
          { kind: 'pause', ms: KEY_PAUSE_MS },
        ]);
        if (!pressed) return;
        pressedBy.set(id, chatId);
        // Of a dialog the look itself decides: it goes from the chat when the key was its answer.
        if (answering) await deps.look(id);
        if (!answering || registry.get(id)?.phase === 'dialog') asked(id, false);
      }),
    screen({ chatId, ack }, { session }) {
      ack();
      asked(session, true, chatId);
    },
    refresh({ chatId, ack }, { session }) {
      ack();
      asked(session, false, chatId);
    },
    hide({ chatId, ack }, { session }) {
      ack();
      registry.dispatch(session, [{ type: 'screen.closed', at: deps.now(), by: chatId }]);
    },
  };
  return { handlers, release: (session) => void pressedBy.delete(session) };
}
