import { BUTTON } from '../cards/buttons';
import { commands, type CommandTable, type Conversation } from './command';
import type { EditIntent, Intent, PromptIntent } from './intents';
import type { MessageTaker } from '../attachments/model';
import { keys } from '../outbox/keys';
import type { Outbox } from '../outbox/outbox';
import type { Delivery } from '../prompts/delivery';
import type { PromptQueue } from '../prompts/model';

/** Dependencies of the prompt commands. */
export interface PromptCommandDeps {
  prompts: PromptQueue;
  delivery: Delivery;
  intake: MessageTaker;
  /** The chats of all users: whoever was asked about a prompt. */
  chats: readonly number[];
  outbox: Pick<Outbox, 'remove'>;
  store: { tx<T>(work: () => T): T };
  now(): number;
}

interface DecideIntent<D extends 'retype' | 'drop'> extends Intent {
  readonly do: D;
  readonly prompt: number;
}

type PromptIntents = PromptIntent | EditIntent | DecideIntent<'retype'> | DecideIntent<'drop'>;

/** What a user writes to an agent, and what becomes of a prompt that may not have arrived. */
export function promptCommands(deps: PromptCommandDeps): CommandTable {
  return commands<PromptIntents>({
    prompt: { run: (conversation, intent) => take(deps, conversation, intent) },
    edit: { run: ({ chatId }, { message, text }) => deps.intake.edit(chatId, message, text) },
    retype: {
      button: BUTTON.retype,
      run: (conversation, { prompt }) => decide(deps, conversation, prompt, 'again'),
    },
    drop: {
      button: BUTTON.drop,
      run: (conversation, { prompt }) => decide(deps, conversation, prompt, 'dropped'),
    },
  });
}

function take({ intake }: PromptCommandDeps, { inbound, chatId }: Conversation, intent: PromptIntent): void {
  if (inbound.kind !== 'text' && inbound.kind !== 'attachment') return;
  const { updateId: id, messageId, language } = inbound;
  const { session, text } = intent;
  // A command of the chat may have passed on only a part of the text.
  const parts =
    inbound.text === text ? inbound.parts : inbound.parts.slice(0, 1).map((part) => ({ ...part, text }));
  // Not awaited: the next message of this chat must not wait until this one may be typed.
  intake.accept({
    id,
    chatId,
    session,
    messageId,
    parts,
    ...(language === undefined ? {} : { language }),
  });
}

/** The user decides about a prompt of unknown fate. */
function decide(
  deps: PromptCommandDeps,
  { ack, words }: Conversation,
  id: number,
  decision: 'again' | 'dropped',
): void {
  const { prompts, delivery, outbox, store, chats, now } = deps;
  const prompt = prompts.get(id);
  // A second tap, or a tap on a question that has been settled meanwhile.
  const isOpen = prompt?.state === 'typing' || prompt?.state === 'typed';
  if (!isOpen || delivery.inHand(prompt.id)) return ack(words.alreadyDecided);
  store.tx(() => {
    prompts.mark(prompt.id, decision === 'again' ? 'waiting' : 'dropped', now());
    for (const chatId of chats) outbox.remove(chatId, keys.uncertain(prompt.id));
  });
  ack(decision === 'again' ? words.retyping : words.dropped);
  delivery.decided(prompt, decision);
}
