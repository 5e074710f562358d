import { randomInt, randomUUID } from 'node:crypto';
import { splitMessage } from './cut';
import { readMarks, type MarkedText } from './marks';
import type { ChatMessage, MediaKind, MessageEntity, Origin, Special, Topic, Upload, User } from './model';
import type { SandboxState } from './state';

export interface SendOptions {
  /** The topic to write in; absent: the chat itself. */
  thread?: number;
  replyTo?: number;
  /** Words from the message that `replyTo` names. */
  quote?: string;
  /** The origin of a forwarded message. */
  forward?: Origin;
}

export interface FileOptions extends SendOptions {
  caption?: string;
  /** Absent: `document`. */
  as?: MediaKind;
  /** The same for all files of an album. */
  mediaGroupId?: string;
}

/** A person with a phone, as tests and the chat page drive it. */
export interface Person {
  user: User;
  /** Writes to the bot; marks such as `**bold**` become entities. Returns the message's id. */
  say(text: string, options?: SendOptions): number;
  /** Writes a text of any length, split into messages as a phone splits it. Returns their ids. */
  paste(text: string, options?: Pick<SendOptions, 'thread'>): number[];
  /** Sends a file. Returns the message's id. */
  upload(file: Upload, options?: FileOptions): number;
  /** Sends two to ten files as one album with the caption under the first. Returns the messages' ids. */
  album(files: readonly Upload[], options?: FileOptions): number[];
  /** Sends a location, a contact, a sticker, … Returns the message's id. */
  send(special: Special, options?: SendOptions): number;
  /** Taps the button with this label or data. Returns the query's id; throws when no visible message has the button. */
  tap(button: string, messageId?: number): string;
  /** Edits a message of this person. Throws for any other message. */
  edit(messageId: number, text: string): void;
  /** Reacts to a message; null removes the reaction. */
  react(messageId: number, emoji: string | null): void;
  /** Begins a topic. Returns its thread. */
  beginTopic(name: string): number;
  /** Closes a topic, opens it again, or deletes it with its messages. */
  changeTopic(thread: number, state: Topic['state']): void;
  /** Blocks or unblocks the bot. */
  block(blocked: boolean): void;
  /** The visible messages of the chat. */
  chat(): ChatMessage[];
  /** The bot's visible messages. */
  fromBot(): ChatMessage[];
}

/** A person's side of the chat. */
interface Phone {
  readonly state: SandboxState;
  readonly user: User;
  /** ms since the epoch. */
  readonly now: () => number;
}

export function createPerson(state: SandboxState, user: User, now: () => number): Person {
  const phone: Phone = { state, user, now };
  return {
    user,
    chat: () => visibleMessages(phone),
    fromBot: () => visibleMessages(phone).filter((m) => m.fromBot),
    say: (text, options = {}) => post(phone, text, references(phone, options)),
    paste: (text, options = {}) =>
      splitMessage(text).map((part) => post(phone, part, references(phone, options))),
    upload: (file, options = {}) => upload(phone, file, options),
    album: (files, options = {}) => sendAlbum(phone, files, options),
    send: (special, options = {}) => post(phone, '', { special, ...references(phone, options) }),
    tap: (button, messageId) => tap(phone, button, messageId),
    edit: (messageId, text) => edit(phone, messageId, text),
    react: (messageId, emoji) => react(phone, messageId, emoji),
    beginTopic: (name) => beginTopic(phone, name),
    changeTopic: (thread, topicState) => changeTopic(phone, thread, topicState),
    block(blocked) {
      if (blocked) state.blocked.set(user.id, 'blocked');
      else state.blocked.delete(user.id);
    },
  };
}

function visibleMessages({ state, user }: Phone): ChatMessage[] {
  return state.messages.filter((m) => m.chatId === user.id && !m.deleted);
}

function post({ state, user, now }: Phone, typed: string, fields: Partial<ChatMessage>): number {
  const message: ChatMessage = {
    id: state.newMessageId(user.id),
    chatId: user.id,
    fromBot: false,
    date: Math.floor(now() / 1_000),
    ...sentOf(typed),
    keyboard: [],
    silent: false,
    edits: 0,
    deleted: false,
    ...fields,
  };
  state.blocked.delete(user.id); // writing to a bot unblocks it
  state.messages.push(message);
  state.addUpdate({ message: state.show(message) });
  return message.id;
}

function upload(phone: Phone, file: Upload, options: FileOptions): number {
  const { caption = '', as = 'document', mediaGroupId } = options;
  return post(phone, caption, {
    media: { kind: as, file: phone.state.keepFile(file, `${as}s`) },
    ...references(phone, options),
    ...(mediaGroupId === undefined ? {} : { mediaGroupId }),
  });
}

function sendAlbum(phone: Phone, files: readonly Upload[], options: FileOptions): number[] {
  if (files.length < 2 || files.length > 10) throw new Error('an album has two to ten files');
  const mediaGroupId = String(randomInt(1e12, 9e12));
  const { caption = '', ...rest } = options;
  return files.map((file, i) =>
    upload(phone, file, { ...rest, caption: i === 0 ? caption : '', mediaGroupId }),
  );
}

/** The other messages that a message refers to. Throws when the quoted words are not in the message it answers. */
function references(phone: Phone, { thread, replyTo, quote, forward }: SendOptions): Partial<ChatMessage> {
  const topic = thread === undefined ? {} : { thread: openTopic(phone, thread) };
  if (quote !== undefined) {
    const position = phone.state.message(phone.user.id, replyTo ?? 0)?.text.indexOf(quote) ?? -1;
    if (position < 0 || quote === '') throw new Error('nothing to quote: the message does not contain it');
    return { replyTo, quote: { text: quote, position }, ...topic } as Partial<ChatMessage>;
  }
  return {
    ...topic,
    ...(replyTo === undefined ? {} : { replyTo }),
    ...(forward === undefined ? {} : { forward }),
  };
}

function openTopic({ state, user }: Phone, thread: number): number {
  if (state.topics.get(user.id)?.get(thread)?.state !== 'open') throw new Error(`no open topic ${thread}`);
  return thread;
}

/** The topic's thread is the id of the notice about it, as on the real server. */
function beginTopic(phone: Phone, name: string): number {
  const { state, user } = phone;
  state.hasTopics = true;
  const thread = state.newMessageId(user.id);
  state.topics.set(
    user.id,
    (state.topics.get(user.id) ?? new Map<number, Topic>()).set(thread, { name, state: 'open' }),
  );
  notice(phone, thread, thread, { forum_topic_created: { name, icon_color: 7_322_096 } });
  return thread;
}

function changeTopic(phone: Phone, thread: number, topicState: Topic['state']): void {
  const { state, user } = phone;
  const topic = state.topics.get(user.id)?.get(thread);
  if (topic === undefined) throw new Error(`no topic ${thread}`);
  topic.state = topicState;
  if (topicState !== 'deleted') {
    const kind = topicState === 'closed' ? 'forum_topic_closed' : 'forum_topic_reopened';
    return notice(phone, thread, state.newMessageId(user.id), { [kind]: {} });
  }
  // Telegram tells the bot nothing of a deleted topic.
  for (const message of visibleMessages(phone)) if (message.thread === thread) message.deleted = true;
  state.touch();
}

/** A message of Telegram itself in a topic. */
function notice(
  { state, user, now }: Phone,
  thread: number,
  id: number,
  content: Record<string, unknown>,
): void {
  state.addUpdate({
    message: {
      message_id: id,
      date: Math.floor(now() / 1_000),
      chat: { id: user.id, type: 'private', first_name: user.first_name },
      from: user,
      message_thread_id: thread,
      is_topic_message: true,
      ...content,
    },
  });
}

function tap(phone: Phone, label: string, messageId: number | undefined): string {
  const { state, user, now } = phone;
  const hit = visibleMessages(phone)
    .filter((m) => m.fromBot && (messageId === undefined || m.id === messageId))
    .reverse()
    .flatMap((message) => message.keyboard.flat().map((button) => ({ message, button })))
    .find(({ button }) => button.text === label || button.callback_data === label);
  if (hit?.button.callback_data === undefined) throw new Error(`no button "${label}" is visible`);
  const id = randomUUID();
  state.queries.set(id, { at: now() });
  state.addUpdate({
    callback_query: {
      id,
      from: user,
      chat_instance: String(user.id),
      data: hit.button.callback_data,
      message: state.show(hit.message),
    },
  });
  return id;
}

function edit({ state, user }: Phone, messageId: number, typed: string): void {
  const message = state.message(user.id, messageId);
  if (message === undefined || message.fromBot) throw new Error(`no message ${messageId} that you can edit`);
  delete message.typed;
  Object.assign(message, sentOf(typed));
  message.edits++;
  state.addUpdate({ edited_message: state.show(message) });
}

function react({ state, user, now }: Phone, messageId: number, emoji: string | null): void {
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
}

/** A text as it is sent: the client makes entities of the marks that its user typed. */
function sentOf(typed: string): MarkedText & Pick<ChatMessage, 'typed'> {
  const { text, entities } = readMarks(typed);
  return { text, entities: [...entities, ...commandsIn(text)], ...(text === typed ? {} : { typed }) };
}

/** The entities by which Telegram marks the commands in a text. */
function commandsIn(text: string): MessageEntity[] {
  return [...text.matchAll(/(?<=^|\s)\/[a-zA-Z0-9_]{1,32}(?:@\w+)?(?![\w/])/g)].map((m) => ({
    type: 'bot_command',
    offset: m.index,
    length: m[0].length,
  }));
}
