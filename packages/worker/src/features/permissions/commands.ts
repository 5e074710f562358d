import { buttonData } from '../../cards/button';
import { requestButton } from './buttons';
import type { Button } from '../../cards/view';
import type { Handlers } from '../../chat/command';
import type { Intent, TextIntent } from '../../chat/intents';
import type { RequestIntent } from './buttons';
import type { RequestService } from './service';
import { copyIn } from './model';
import { lineOf } from './render';
import { code } from '../../words/markdown';

/** Something that waits for an answer. */
export interface Waiting {
  name: string;
  what: string;
  /** It is before others, and not before this person. */
  ofOthers: boolean;
  /** Since when, ms since the epoch; absent: nobody knows. */
  since?: number;
  button: Button;
}

/** What the commands about requests need. */
export interface RequestCommandDeps {
  keeper: RequestService;
  /** What else waits in a chat. */
  others(chatId: number): Waiting[];
  /** Shows that a text was taken. */
  react(chatId: number, messageId: number): void;
  now(): number;
}

/** What the person does about the agents' requests, and the list of all that waits. */
/** The text that a request waits for. */
export interface RequestTextIntent extends TextIntent<'request-text'> {
  readonly request: number;
}

type InboxIntent = Intent & { readonly do: 'inbox' };

export function requestCommands(
  deps: RequestCommandDeps,
): Handlers<RequestIntent | RequestTextIntent | InboxIntent> {
  const { keeper, now } = deps;

  return {
    request({ inbound, chatId, ack, words }, { request: ask, action: act }) {
      if (inbound.kind !== 'tap' || keeper.get(ask) === undefined) return ack(words.asks.expired);
      let said = false;
      const tap = { type: 'tapped', at: now(), update: inbound.updateId, by: chatId, act } as const;
      keeper.input(ask, tap, (text) => {
        said = true;
        ack(text === '' ? undefined : text);
      });
      if (!said) ack();
    },
    'request-text'({ inbound, chatId, say, words }, { request: id, text: written }) {
      const text = written.trim();
      const ask = keeper.get(id);
      if (!('messageId' in inbound) || inbound.messageId === undefined || ask === undefined) return;
      if (ask.phase !== 'open') {
        keeper.written(chatId);
        // Said again after a crash it is the same message; its own text that was taken before is no late one.
        if (ask.by !== chatId) say(words.asks.writtenLate(code(ask.name)));
        return;
      }
      keeper.input(id, { type: 'wrote', at: now(), update: inbound.updateId, by: chatId, text });
      deps.react(chatId, inbound.messageId);
    },
    inbox({ chatId, say, ack, words }) {
      ack();
      const at = now();
      const asks = keeper.open().filter((ask) => ask.phase === 'open' && ask.unseen !== true);
      const waiting: Waiting[] = [
        ...asks.map((ask) => ({
          name: ask.name,
          what: lineOf(ask, words.asks),
          ofOthers: copyIn(ask, chatId) === undefined,
          since: ask.at,
          button: {
            text: words.asks.show(ask.name),
            data: buttonData(requestButton, { request: ask.id, action: { act: 'again' } }),
          },
        })),
        ...deps.others(chatId),
      ];
      if (waiting.length === 0) return say(words.asks.inboxEmpty);
      const rowOf = ({ name, what, since }: Waiting): string => {
        const line = code(what);
        return `- **${code(name)}** ${since === undefined ? line : words.asks.waitsSince(line, words.card.span(at - since))}`;
      };
      const [mine, others] = [false, true].map((of) => waiting.filter(({ ofOthers }) => ofOthers === of));
      const list = (head: string, of: readonly Waiting[] = []): string[] =>
        of.length === 0 ? [] : [[head, ...of.map(rowOf)].join('\n')];
      say(
        [...list(words.asks.inbox, mine), ...list(words.asks.inboxOthers, others)].join('\n\n'),
        [...(mine ?? []), ...(others ?? [])].map(({ button }) => [button]),
      );
    },
  };
}
