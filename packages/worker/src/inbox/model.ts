/** A Telegram update, reduced to what ccbot decides on. Everything else is kept as `other`. */
export type Inbound =
  InboundText | InboundAttachment | InboundEdit | InboundTap | InboundStrange | InboundOther;

/** What an admitted person can have sent. */
export type Spoken = Exclude<Inbound, InboundOther>;

interface InboundHead {
  updateId: number;
  /** When Telegram got it, ms since the epoch. */
  at: number;
}

interface InboundFrom extends InboundHead {
  chatId: number;
  userId: number;
  /** True only in a one-to-one chat with the bot. */
  isPrivate: boolean;
  /** BCP 47 tag of the person's client, such as `en`; absent when Telegram does not tell. */
  language?: string;
  /** The person's first name, as they gave it; absent when Telegram does not tell. */
  name?: string;
}

interface InboundMessage extends InboundFrom {
  /** The message that reactions and answers go to. */
  messageId: number;
  /** The person's own words: a text, or the captions of files. */
  text: string;
  /** The message this one replies to. */
  replyTo?: number;
  /** Its messages; more than one for a split paste, an album, or messages that were forwarded together. */
  parts: readonly MessagePart[];
}

/** What the person wrote, in one message or in the parts of a paste. */
export interface InboundText extends InboundMessage {
  kind: 'text';
}

/** A message that carries more than the person's own words: files, a place, a contact, something forwarded. */
export interface InboundAttachment extends InboundMessage {
  kind: 'attachment';
  /** Of an album: the same for all its messages. */
  album?: string;
}

/** The person has changed a message. */
export interface InboundEdit extends InboundFrom {
  kind: 'edit';
  messageId: number;
  /** Its new text or caption. */
  text: string;
}

/** A tap on an inline button. */
export interface InboundTap extends InboundFrom {
  kind: 'tap';
  queryId: string;
  /** The message the button hangs on; absent when Telegram no longer has it. */
  messageId?: number;
  /** The button's data, at most 64 bytes. */
  data: string;
}

/** A message of a kind that cannot be passed on to an agent. */
export interface InboundStrange extends InboundFrom {
  kind: 'strange';
  messageId: number;
  /** Telegram's name of the kind, such as `poll`. */
  what: string;
}

/** Anything else: kept for the count and the log. */
export interface InboundOther extends InboundHead {
  kind: 'other';
  /** What it was, such as `inline_query`, for the log. */
  what: string;
  chatId?: number;
  userId?: number;
  isPrivate?: boolean;
}

/** What one message carries. */
export interface MessagePart {
  messageId: number;
  /** When it was written, ms since the epoch. */
  at: number;
  /** Its text or caption. */
  text: string;
  quote?: Quote;
  forward?: Forward;
  thing?: Thing;
  file?: InboundFile;
}

/** What a message answers to. */
export interface Quote {
  /** Whose words they are. */
  whose: 'bot' | 'own' | 'other';
  /** Of `other`: the name, as that person gave it. */
  name?: string;
  text: string;
  /** True: the person picked these words; false: it is the message that was answered, as a whole. */
  picked: boolean;
}

/** Where a forwarded message comes from. */
export interface Forward {
  /** A person's or channel's name, as they gave it. */
  from: string;
  /** When it was written, ms since the epoch. */
  at: number;
}

/** What is neither words nor a file. */
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

/** A file at Telegram's. */
export interface InboundFile {
  kind: FileKind;
  /** What Telegram is asked for it by. */
  id: string;
  /** Bytes, where Telegram tells. */
  size?: number;
  /** As its sender calls it: hostile until made safe. */
  name?: string;
  mime?: string;
  /** Of sound and film, s. */
  seconds?: number;
}
