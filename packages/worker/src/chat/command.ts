import { renderNotice } from '../cards/render';
import type { Button, View } from '../cards/view';
import type { Spoken } from '../inbox/model';
import type { QueuedView } from '../outbox/model';
import type { Intent } from './intents';
import type { Words, WordsOf } from '../words/words';

/** One message or tap of a person while what it means is brought about. */
export interface Conversation {
  inbound: Spoken;
  chatId: number;
  /** What ccbot says, in the language of the chat. */
  words: Words;
  /** Says something back, in Markdown. Said again after a crash it is the same message, not a second one. */
  say(text: string, buttons?: Button[][]): void;
  /** Ends the waiting circle of a tap; `text` is shown over the chat. Nothing for a message. */
  ack(text?: string): void;
}

/** Brings one kind of intent about. May run twice for the same update, after a crash: every step stands a repetition. */
export type Handler<D extends Intent['do']> = (
  conversation: Conversation,
  intent: Extract<Intent, { do: D }>,
) => void | Promise<void>;

/** A group of handlers, by intent. */
export type Handlers<D extends Intent['do'] = Intent['do']> = { readonly [K in D]: Handler<K> };

/** How a conversation speaks. */
export interface PerformDeps {
  wordsOf: WordsOf;
  put(wanted: QueuedView): void;
  /** Ends the waiting circle on a tapped button; `text` is shown over the chat. */
  answerTap(queryId: string, text?: string): void;
}

/** Brings about what the person wants. */
export async function perform(
  handlers: Handlers,
  deps: PerformDeps,
  inbound: Spoken,
  intent: Intent,
): Promise<void> {
  // The table has a handler for each intent, of that intent's own type.
  const handler = handlers[intent.do] as Handler<Intent['do']>;
  await handler(conversation(deps, inbound), intent);
}

function conversation(deps: PerformDeps, inbound: Spoken): Conversation {
  const { chatId } = inbound;
  let said = 0;
  return {
    inbound,
    chatId,
    words: deps.wordsOf(chatId),
    say(text, buttons) {
      deps.put({
        chatId,
        key: `say:${inbound.updateId}:${said++}`,
        view: withButtons(renderNotice(text), buttons),
        class: 'notice',
      });
    },
    ack(text) {
      if (inbound.kind === 'tap') deps.answerTap(inbound.queryId, text);
    },
  };
}

/** A view with rows of buttons under its last part. */
export function withButtons(view: View, buttons: Button[][] | undefined): View {
  if (buttons === undefined) return view;
  const last = view.parts.length - 1;
  return { parts: view.parts.map((part, i) => (i === last ? { ...part, buttons } : part)) };
}
