import type { Button } from '../cards/view';
import { buttonData } from '../router/buttons';
import type { Conversation, Handlers } from '../sessions/command';
import type { AskKeeper } from './keeper';
import { lineOf } from './render';
import { code } from '../words/markdown';

/** Something beside requests that waits for the person. */
export interface Waiting {
  name: string;
  what: string;
  /** Since when, ms since the epoch; absent: nobody knows. */
  since?: number;
  button: Button;
}

/** What the commands about requests need. */
export interface AskCommandDeps {
  keeper: AskKeeper;
  /** What else waits in a chat. */
  others(chatId: number): Waiting[];
  /** Shows that a text was taken. */
  react(chatId: number, messageId: number): void;
  now(): number;
}

/** What the person does about the agents' requests, and the list of all that waits. */
export function askCommands(deps: AskCommandDeps): Handlers<'ask' | 'ask-text' | 'inbox'> {
  const { keeper, now } = deps;

  /** A request belongs to the chat of its session; nobody else's tap or text means anything to it. */
  const inChat = ({ chatId }: Conversation, id: number): boolean => keeper.get(id)?.chatId === chatId;

  return {
    ask(conversation, { ask, act }) {
      const { inbound, ack, words } = conversation;
      if (inbound.kind !== 'tap' || !inChat(conversation, ask)) return ack(words.asks.expired);
      let said = false;
      keeper.input(ask, { type: 'tapped', at: now(), update: inbound.updateId, act }, (text) => {
        said = true;
        ack(text === '' ? undefined : text);
      });
      if (!said) ack();
    },
    'ask-text'(conversation, { ask, text }) {
      const { inbound } = conversation;
      if (!('messageId' in inbound) || inbound.messageId === undefined || !inChat(conversation, ask)) return;
      keeper.input(ask, { type: 'wrote', at: now(), update: inbound.updateId, text });
      deps.react(inbound.chatId, inbound.messageId);
    },
    inbox({ chatId, say, ack, words }) {
      ack();
      const at = now();
      const asks = keeper
        .open()
        .filter((ask) => ask.chatId === chatId && ask.phase === 'open' && ask.unseen !== true);
      const waiting: Waiting[] = [
        ...asks.map((ask) => ({
          name: ask.name,
          what: lineOf(ask, words.asks),
          since: ask.at,
          button: {
            text: words.asks.show(ask.name),
            data: buttonData({ do: 'ask', ask: ask.id, act: { act: 'again' } }),
          },
        })),
        ...deps.others(chatId),
      ];
      if (waiting.length === 0) return say(words.asks.inboxEmpty);
      const rows = waiting.map(({ name, what, since }) => {
        const line = code(what);
        return `- **${code(name)}** ${since === undefined ? line : words.asks.waitsSince(line, words.card.span(at - since))}`;
      });
      say(
        [words.asks.inbox, ...rows].join('\n'),
        waiting.map(({ button }) => [button]),
      );
    },
  };
}
