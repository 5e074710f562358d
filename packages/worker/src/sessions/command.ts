import { renderNotice } from '../cards/render';
import type { Button, View } from '../cards/view';
import type { InboundTap, InboundText } from '../inbound/model';
import type { Wanted } from '../outbox/wanted';
import { buttonData } from '../router/buttons';
import type { Intent } from '../router/intent';
import { PanesError, type Panes } from '../terminal/panes';
import { words } from '../words/en';
import type { Delivery, PromptQueue } from './delivery';
import { isLive, type Session } from './model';
import type { Opened } from './opener';
import type { Registry } from './registry';
import type { Agent } from '../agents/agent';

/** What the commands work on. */
export interface CommandDeps {
  registry: Registry;
  panes: Panes;
  prompts: PromptQueue;
  delivery: Delivery;
  agentOf(session: Session): Agent;
  open(request: { id: string; chatId: number; name?: string; path?: string }): Promise<Opened>;
  put(wanted: Wanted): void;
  /** Ends the waiting circle on a tapped button; `text` is shown over the chat. */
  answerTap(queryId: string, text?: string): void;
  /** The session that a chat's plain messages go to. */
  active: { get(chatId: number): string | undefined; set(chatId: number, session: string): void };
  tx<T>(work: () => T): T;
  /** Looks at the session's screen and dispatches what it says. */
  look(id: string): Promise<void>;
  /** Lines about the worker's health. */
  health(): string[];
  /** Something the person should know after the first session opened, or null. */
  warnings(session: Session): string[];
  now(): number;
}

/**
 * Time a program has to take a key and draw what comes of it, ms. Also, Escape and a key right behind it are taken for
 * one key with Alt.
 */
const KEY_PAUSE_MS = 150;

/** Brings about what the person wants. May run twice for the same update, after a crash: every step stands a repetition. */
export async function perform(
  deps: CommandDeps,
  inbound: InboundText | InboundTap,
  intent: Intent,
): Promise<void> {
  const { chatId } = inbound;
  let said = 0;
  const say = (text: string, buttons?: Button[][]): void => {
    const view = renderNotice(text);
    const last = view.parts.length - 1;
    const shown: View =
      buttons === undefined
        ? view
        : { parts: view.parts.map((part, i) => (i === last ? { ...part, buttons } : part)) };
    deps.put({ chatId, key: `say:${inbound.updateId}:${said++}`, view: shown, class: 'notice' });
  };
  const ack = (text?: string): void => {
    if (inbound.kind === 'tap') deps.answerTap(inbound.queryId, text);
  };

  switch (intent.do) {
    case 'help':
      say(words.help);
      return;
    case 'tell':
      say(intent.text);
      return;
    case 'expired':
      ack(words.expired);
      return;
    case 'status':
      say(words.health(deps.health()));
      return;
    case 'list': {
      ack();
      const live = deps.registry.live();
      if (live.length === 0) say(words.noSessions);
      else say(words.chooseSession, switcher(live, deps.active.get(chatId)));
      return;
    }
    case 'switch': {
      const session = deps.registry.get(intent.session);
      if (session === undefined || !isLive(session)) return ack(words.expired);
      deps.active.set(chatId, session.id);
      ack(words.switched(session.name));
      say(words.switched(session.name));
      return;
    }
    case 'new': {
      const opened = await deps.open({ ...intent, id: inbound.updateId.toString(36), chatId });
      if (!opened.ok) return say(opened.say);
      deps.active.set(chatId, opened.session.id);
      for (const warning of deps.warnings(opened.session)) say(warning);
      return;
    }
    case 'prompt': {
      if (inbound.kind !== 'text') return;
      const { updateId, messageId } = inbound;
      deps.prompts.add(
        { id: updateId, session: intent.session, chatId, messageId, text: intent.text },
        deps.now(),
      );
      // Not awaited: the next message of this chat must not wait until this one may be typed.
      void deps.delivery.kick(intent.session);
      return;
    }
    case 'interrupt':
      ack();
      return pressing(deps, say, intent.session, (session) => deps.agentOf(session).interrupt());
    case 'key': {
      const answering = deps.registry.get(intent.session)?.phase === 'dialog';
      await pressing(deps, say, intent.session, () => [
        { kind: 'key', key: intent.key },
        { kind: 'pause', ms: KEY_PAUSE_MS },
      ]);
      ack();
      // Of a dialog the look itself decides: it goes from the chat when the key was its answer.
      return answering ? deps.look(intent.session) : showScreen(deps, say, intent.session);
    }
    case 'screen':
      ack();
      return showScreen(deps, say, intent.session);
    case 'kill': {
      const session = deps.registry.get(intent.session);
      if (session === undefined || !isLive(session)) return ack(words.expired);
      if (!intent.sure) {
        ack();
        return say(words.killSure(session.name), [
          [{ text: words.killYes, data: buttonData({ do: 'kill', session: session.id, sure: true }) }],
        ]);
      }
      ack();
      // First the state: the window's own end must not be told as a surprise.
      deps.registry.dispatch(session.id, [{ type: 'killed', at: deps.now() }]);
      await closeWindow(deps.panes, session.id);
      return;
    }
    case 'retype':
    case 'drop': {
      const prompt = deps.prompts.get(intent.prompt);
      // A second tap, or one on a question that has found its answer meanwhile.
      if (prompt?.state !== 'typing' || deps.delivery.inHand(prompt.id)) return ack(words.alreadyDecided);
      deps.tx(() => {
        deps.prompts.mark(prompt.id, intent.do === 'retype' ? 'waiting' : 'dropped', deps.now());
        deps.put({ chatId, key: `uncertain:${prompt.id}`, view: { parts: [] }, class: 'card' });
      });
      ack(intent.do === 'retype' ? words.retyping : words.dropped);
      if (intent.do === 'retype') void deps.delivery.kick(prompt.session);
      return;
    }
  }
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

async function pressing(
  deps: CommandDeps,
  say: (text: string) => void,
  id: string,
  keys: (session: Session) => Parameters<Panes['type']>[1],
): Promise<void> {
  const session = deps.registry.get(id);
  if (session === undefined || !isLive(session)) return say(words.expired);
  try {
    await deps.panes.type(id, keys(session));
  } catch (error) {
    if (!(error instanceof PanesError)) throw error;
    say(words.typingFailed(session.name, error.message));
  }
}

async function showScreen(deps: CommandDeps, say: (text: string) => void, id: string): Promise<void> {
  try {
    const screen = await deps.panes.screen(id);
    deps.registry.dispatch(id, [{ type: 'screen.asked', at: deps.now(), screen }]);
  } catch (error) {
    if (!(error instanceof PanesError)) throw error;
    say(words.typingFailed(deps.registry.get(id)?.name ?? id, error.message));
  }
}

/** Closes a window; one that is gone already is as good. */
async function closeWindow(panes: Panes, id: string): Promise<void> {
  try {
    await panes.close(id);
  } catch (error) {
    if (!(error instanceof PanesError && error.reason === 'no-such-session')) throw error;
  }
}
