import { BUTTON } from '../cards/buttons';
import { commands, type CommandTable, type Conversation } from './command';
import type { EditIntent, Intent, PromptIntent } from './intents';
import type { Message, MessageTaker } from '../attachments/model';
import type { Admitted } from '../inbox/model';
import { isPartOf } from './route';
import type { PromptDecisions } from '../prompts/decisions';

export interface PromptCommandDeps {
  intake: MessageTaker;
  decisions: PromptDecisions;
}

interface DecideIntent<D extends 'retype' | 'drop' | 'save-text'> extends Intent {
  readonly do: D;
  readonly prompt: number;
}

type PromptIntents =
  | PromptIntent
  | EditIntent
  | DecideIntent<'retype'>
  | DecideIntent<'drop'>
  | DecideIntent<'save-text'>;

/** What a user writes to an agent, and what becomes of a prompt that may not have arrived. */
export function promptCommands(deps: PromptCommandDeps): CommandTable {
  return commands<PromptIntents>({
    prompt: { run: (conversation, intent) => take(deps, conversation, intent) },
    edit: {
      run: ({ chatId, thread }, { do: _, message, ...edited }) =>
        deps.intake.edit({ chatId, thread }, message, edited),
    },
    'save-text': {
      button: BUTTON.saveText,
      run: (conversation, { prompt }) => save(deps, conversation, prompt),
    },
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

function take({ intake }: PromptCommandDeps, { inbound }: Conversation, intent: PromptIntent): void {
  const message = messageOf(inbound, intent.text);
  // Not awaited: the next message of this chat must not wait until this one may be typed.
  if (message !== undefined) intake.accept({ ...message, session: intent.session });
}

/** What a user sent, as it goes to an agent. `text`: as the router reads it. */
export function messageOf(inbound: Admitted, text: string): Omit<Message, 'session'> | undefined {
  if (inbound.kind !== 'text' && inbound.kind !== 'attachment') return undefined;
  const { updateId: id, chatId, messageId, language } = inbound;
  // A command of the chat may have passed on only a part of the text.
  const parts =
    inbound.text === text
      ? inbound.parts
      : inbound.parts.slice(0, 1).map(({ own, unmarked: _, ...part }) => ({
          ...part,
          text,
          ...(isPartOf(text, part.text) && own ? { own } : {}),
        }));
  return { id, chatId, messageId, parts, ...(language === undefined ? {} : { language }) };
}

async function save(
  { intake }: PromptCommandDeps,
  { chatId, ack, words }: Conversation,
  prompt: number,
): Promise<void> {
  ack((await intake.save(chatId, prompt)) === 'gone' ? words.saveGone : undefined);
}

/** The user decides about a prompt that may not have arrived. */
function decide(
  { decisions }: PromptCommandDeps,
  { ack, words }: Conversation,
  prompt: number,
  decision: 'again' | 'dropped',
): void {
  if (!decisions.decide(prompt, decision)) return ack(words.alreadyDecided);
  ack(decision === 'again' ? words.retyping : words.dropped);
}
