import type { Thread } from '../outbox/model';

/** A Telegram update, reduced to what ccbot decides on. Everything else becomes `other`. */
export type Inbound =
  | InboundText
  | InboundAttachment
  | InboundEdit
  | InboundTap
  | InboundStrange
  | InboundOther;

/** What an admitted user can send. */
export type Admitted = Exclude<Inbound, InboundOther>;

interface InboundHead {
  updateId: number;
  /** When Telegram received it, ms since the epoch. */
  at: number;
}

interface InboundFrom extends InboundHead {
  chatId: number;
  /** The topic of its message; undefined only for a tap whose message Telegram no longer has. */
  thread: Thread | undefined;
  userId: number;
  /** True only in a one-to-one chat with the bot. */
  isPrivate: boolean;
  /** BCP 47 tag of the user's client, such as `en`; absent when Telegram does not say. */
  language?: string;
  /** The user's first name, as they chose it; absent when Telegram does not say. */
  name?: string;
  /**
   * The chat's active session at the time at which the machine that polls sent it here; absent on a machine alone. A
   * switch that came later must not change where it goes.
   */
  active?: string;
}

interface InboundMessage extends InboundFrom {
  /** The message that reactions and answers go to. */
  messageId: number;
  /** The user's own words with their marks: a text, or the captions of files. */
  text: string;
  /** The message this one replies to. */
  replyTo?: number;
  /** Its messages: several of a split paste, an album, or messages that were forwarded together. */
  parts: readonly MessagePart[];
}

/** What the user wrote, in one message or in the parts of a paste. */
export interface InboundText extends InboundMessage {
  kind: 'text';
}

/** A message with more than the user's own words: files, a place, a contact, something forwarded. */
export interface InboundAttachment extends InboundMessage {
  kind: 'attachment';
  /** The id of an album, the same in all its messages. */
  album?: string;
}

/** The user changed a message. */
export interface InboundEdit extends InboundFrom {
  kind: 'edit';
  messageId: number;
  /** Its new text or caption. */
  text: string;
  /** As in {@link MessagePart}. */
  unmarked?: string;
  /** As in {@link MessagePart}. */
  own?: true;
}

/** A tap on an inline button. */
export interface InboundTap extends InboundFrom {
  kind: 'tap';
  queryId: string;
  /** The message of the button; absent when Telegram no longer has it. */
  messageId?: number;
  /** The button's data, at most 64 bytes. */
  data: string;
}

/** A message of a kind that cannot go to an agent. */
export interface InboundStrange extends InboundFrom {
  kind: 'strange';
  messageId: number;
  /** Telegram's name of the kind, such as `poll`. */
  what: string;
}

/** Anything else, for the count and the log. */
export interface InboundOther extends InboundHead {
  kind: 'other';
  /** What it was, such as `inline_query`, for the log. */
  what: string;
  chatId?: number;
  userId?: number;
  isPrivate?: boolean;
}

/** A message as it arrived; nothing in it is checked yet. */
export type RawMessage = Readonly<Record<string, unknown>>;

/** What one message holds. */
export interface MessagePart {
  messageId: number;
  /** When it was written, ms since the epoch. */
  at: number;
  /** Its text or caption, with the marks that the user's client made into entities. */
  text: string;
  /** Its text without these marks, as Telegram sent it; absent: the same. */
  unmarked?: string;
  /**
   * All of the message is plain text that the user wrote: only such a text may be typed where it runs. Absent: it holds
   * something of others, or nobody knows.
   */
  own?: true;
  /** Its words are not all the user's, such as the name of a contact in them. */
  mixed?: true;
  quote?: Quote;
  forward?: Forward;
  thing?: Thing;
  file?: InboundFile;
}

/** What a message replies to. */
export interface Quote {
  /** Whose words they are. */
  whose: 'bot' | 'own' | 'other';
  /** Of `other`: the name, as that user chose it. */
  name?: string;
  text: string;
  /** True: the user picked these words; false: this is the whole message that was replied to. */
  picked: boolean;
}

/** Where a forwarded message, or one that another bot wrote for the user, comes from. */
export interface Forward {
  /** The name of a user or channel, as they chose it. */
  from: string;
  /** When it was written, ms since the epoch. */
  at: number;
}

/** Content that is neither text nor a file. */
export type Thing =
  | { kind: 'location'; latitude: number; longitude: number; accuracy?: number; live: boolean }
  | { kind: 'venue'; latitude: number; longitude: number; title: string; address: string }
  | { kind: 'contact'; name: string; phone: string }
  | { kind: 'sticker'; emoji: string; set: string };

/** Kinds of files that a message can carry. */
export const FILE_KINDS = [
  'photo',
  'voice',
  'video_note',
  'video',
  'audio',
  'animation',
  'document',
] as const;
/** See {@link FILE_KINDS}. */
export type FileKind = (typeof FILE_KINDS)[number];

/** A file on Telegram's servers. */
export interface InboundFile {
  kind: FileKind;
  /** Telegram's `file_id`. */
  id: string;
  /** Bytes; absent when Telegram does not say. */
  size?: number;
  /** As its sender named it: hostile until made safe. */
  name?: string;
  mime?: string;
  /** Duration of sound and video, s. */
  seconds?: number;
}
