import { randomUUID } from 'node:crypto';
import type { ChatMessage, User } from './model';
import type { SandboxState } from './state';

/** Somebody at a phone. */
export interface Person {
  user: User;
  /** Writes to the bot; the message's id. */
  say(text: string, options?: { replyTo?: number }): number;
  /** Taps the button with this label or data; the query's id. Throws when no visible message has it. */
  tap(button: string, messageId?: number): string;
  /** Changes a message of one's own. */
  edit(messageId: number, text: string): void;
  /** The chat as it is visible now. */
  chat(): ChatMessage[];
  /** The bot's visible messages. */
  fromBot(): ChatMessage[];
}

/** A person of the sandbox, who writes and taps. */
export function createPerson(state: SandboxState, user: User, now: () => number): Person {
  const seconds = (): number => Math.floor(now() / 1_000);
  const chat = (): ChatMessage[] => state.messages.filter((m) => m.chatId === user.id && !m.deleted);
  return {
    user,
    chat,
    fromBot: () => chat().filter((m) => m.fromBot),
    say(text, options = {}) {
      const message: ChatMessage = {
        id: state.newMessageId(user.id),
        chatId: user.id,
        fromBot: false,
        date: seconds(),
        text,
        entities: [],
        keyboard: [],
        silent: false,
        edits: 0,
        deleted: false,
        ...(options.replyTo === undefined ? {} : { replyTo: options.replyTo }),
      };
      state.messages.push(message);
      state.addUpdate({ message: state.show(message) });
      return message.id;
    },
    tap(button, messageId) {
      const hit = chat()
        .filter((m) => m.fromBot && (messageId === undefined || m.id === messageId))
        .reverse()
        .flatMap((message) => message.keyboard.flat().map((b) => ({ message, b })))
        .find(({ b }) => b.text === button || b.callback_data === button);
      if (hit === undefined) throw new Error(`no button "${button}" is visible`);
      const id = randomUUID();
      state.queries.set(id, { at: now() });
      state.addUpdate({
        callback_query: {
          id,
          from: user,
          chat_instance: String(user.id),
          data: hit.b.callback_data,
          message: state.show(hit.message),
        },
      });
      return id;
    },
    edit(messageId, text) {
      const message = state.message(user.id, messageId);
      if (message === undefined) throw new Error(`no message ${messageId}`);
      message.text = text;
      message.edits++;
      state.addUpdate({ edited_message: state.show(message) });
    },
  };
}
