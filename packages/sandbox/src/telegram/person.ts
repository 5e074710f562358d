import { randomInt, randomUUID } from 'node:crypto';
import { asSent } from './cut';
import type { ChatMessage, MediaKind, MessageEntity, Origin, Special, Upload, User } from './model';
import type { SandboxState } from './state';

/** How a message is sent. */
export interface SendOptions {
  replyTo?: number;
  /** Words of the message that is answered, picked from it. */
  quote?: string;
  /** Where it is forwarded from. */
  forward?: Origin;
}

/** How a file is sent. */
export interface FileOptions extends SendOptions {
  caption?: string;
  /** Absent: as a document. */
  as?: MediaKind;
  /** The same for all files of an album. */
  mediaGroupId?: string;
}

/** Somebody at a phone. */
export interface Person {
  user: User;
  /** Writes to the bot; the message's id. */
  say(text: string, options?: SendOptions): number;
  /** Writes a text of any length, cut into messages as a phone cuts it; their ids. */
  paste(text: string): number[];
  /** Sends a file; the message's id. */
  upload(file: Upload, options?: FileOptions): number;
  /** Sends files as one album, the caption under the first; the messages' ids. */
  album(files: readonly Upload[], options?: FileOptions): number[];
  /** Sends a place, a contact, a sticker, or what else a message can be; its id. */
  send(special: Special, options?: SendOptions): number;
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

  function upload(file: Upload, options: FileOptions = {}): number {
    const { caption = '', as = 'document', mediaGroupId } = options;
    return post(caption, {
      media: { kind: as, file: state.keepFile(file, `${as}s`) },
      ...about(options),
      ...(mediaGroupId === undefined ? {} : { mediaGroupId }),
    });
  }

  /** What a message refers to. Throws for a quote that is not in the message it is said to be from. */
  function about({ replyTo, quote, forward }: SendOptions): Partial<ChatMessage> {
    if (quote !== undefined) {
      const position = state.message(user.id, replyTo ?? 0)?.text.indexOf(quote) ?? -1;
      if (position < 0 || quote === '') throw new Error('nothing of that kind is in the message');
      return { replyTo, quote: { text: quote, position } } as Partial<ChatMessage>;
    }
    return {
      ...(replyTo === undefined ? {} : { replyTo }),
      ...(forward === undefined ? {} : { forward }),
    };
  }

  return {
    user,
    chat,
    fromBot: () => chat().filter((m) => m.fromBot),
    say: (text, options = {}) => post(text, about(options)),
    paste: (text) => asSent(text).map((part) => post(part, {})),
    upload,
    album(files, options = {}) {
      if (files.length < 2 || files.length > 10) throw new Error('an album has two to ten files');
      const mediaGroupId = String(randomInt(1e12, 9e12));
      const { caption = '', ...rest } = options;
      return files.map((file, i) => upload(file, { ...rest, caption: i === 0 ? caption : '', mediaGroupId }));
    },
    send: (special, options = {}) => post('', { special, ...about(options) }),
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
