import { randomUUID } from 'node:crypto';
import type { ChatMessage, MediaKind, MessageEntity, Upload, User } from './model';
import type { SandboxState } from './state';

/** How a file is sent. */
export interface FileOptions {
  caption?: string;
  /** Absent: as a document. */
  as?: MediaKind;
  replyTo?: number;
  /** The same for all files of an album. */
  mediaGroupId?: string;
}

/** Somebody at a phone. */
export interface Person {
  user: User;
  /** Writes to the bot; the message's id. */
  say(text: string, options?: { replyTo?: number }): number;
  /** Sends a file; the message's id. */
  upload(file: Upload, options?: FileOptions): number;
  /** Taps the button with this label or data; the query's id. Throws when no visible message has it. */
  tap(button: string, messageId?: number): string;
  /** Changes a message of one's own. */
  edit(messageId: number, text: string): void;
  /** Reacts to a message; null takes the reaction away. */
  react(messageId: number, emoji: string | null): void;
  /** Blocks the bot, or lets it speak again. */
  block(blocked: boolean): void;
  /** The chat as it is visible now. */
  chat(): ChatMessage[];
  /** The bot's visible messages. */
  fromBot(): ChatMessage[];
}

/** A person of the sandbox, who writes and taps. */
export function createPerson(state: SandboxState, user: User, now: () => number): Person {
  const chat = (): ChatMessage[] => state.messages.filter((m) => m.chatId === user.id && !m.deleted);

  function post(text: string, more: Partial<ChatMessage>): number {
    const message: ChatMessage = {
      id: state.newMessageId(user.id),
      chatId: user.id,
      fromBot: false,
      date: Math.floor(now() / 1_000),
      text,
      entities: commandsIn(text),
      keyboard: [],
      silent: false,
      edits: 0,
      deleted: false,
      ...more,
    };
    state.blocked.delete(user.id); // who writes to a bot lets it answer
    state.messages.push(message);
    state.addUpdate({ message: state.show(message) });
    return message.id;
  }

  return {
    user,
    chat,
    fromBot: () => chat().filter((m) => m.fromBot),
    say: (text, { replyTo } = {}) => post(text, replyTo === undefined ? {} : { replyTo }),
    upload(upload, { caption = '', as = 'document', replyTo, mediaGroupId } = {}) {
      const file = state.keepFile(upload, `${as}s`);
      return post(caption, {
        media: { kind: as, file },
        ...(replyTo === undefined ? {} : { replyTo }),
        ...(mediaGroupId === undefined ? {} : { mediaGroupId }),
      });
    },
    tap(button, messageId) {
      const hit = chat()
        .filter((m) => m.fromBot && (messageId === undefined || m.id === messageId))
        .reverse()
        .flatMap((message) => message.keyboard.flat().map((b) => ({ message, b })))
        .find(({ b }) => b.text === button || b.callback_data === button);
      if (hit?.b.callback_data === undefined) throw new Error(`no button "${button}" is visible`);
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
      const message = own(messageId);
      message.text = text;
      message.entities = commandsIn(text);
      message.edits++;
      state.addUpdate({ edited_message: state.show(message) });
    },
    react(messageId, emoji) {
      if (state.message(user.id, messageId) === undefined) throw new Error(`no message ${messageId}`);
      state.addUpdate({
        message_reaction: {
          chat: { id: user.id, type: 'private', first_name: user.first_name },
          message_id: messageId,
          user,
          date: Math.floor(now() / 1_000),
          old_reaction: [],
          new_reaction: emoji === null ? [] : [{ type: 'emoji', emoji }],
        },
      });
    },
    block(blocked) {
      if (blocked) state.blocked.set(user.id, 'blocked');
      else state.blocked.delete(user.id);
    },
  };

  function own(messageId: number): ChatMessage {
    const message = state.message(user.id, messageId);
    if (message === undefined || message.fromBot) throw new Error(`no message ${messageId} of one's own`);
    return message;
  }
}

/** The commands in a text, which Telegram marks for the bot. */
function commandsIn(text: string): MessageEntity[] {
  return [...text.matchAll(/(?<=^|\s)\/[a-zA-Z0-9_]{1,32}(?:@\w+)?(?![\w/])/g)].map((m) => ({
    type: 'bot_command',
    offset: m.index,
    length: m[0].length,
  }));
}
