/** What a message looks like on the phone: the wanted state, which the outbox brings about. */
export interface View {
  parts: readonly Part[];
  /** Its parts are 2 to 10 files, all photos or all documents and without buttons, and are shown as one album. */
  album?: boolean;
  /** The same as rich messages, each with `markdown`; shown instead of `parts` where the server knows them. */
  rich?: readonly Part[];
}

/**
 * One Telegram message: at most 4,096 UTF-16 units and 100 entities. With a file the text is its caption, which may
 * be empty; one of more than 1,024 units is shown in a message of its own before the file.
 */
export interface Part {
  text: string;
  entities: readonly Entity[];
  /** Rows of inline buttons. */
  buttons?: readonly (readonly Button[])[];
  file?: PartFile;
  /** Of a rich message, in place of text and entities: Markdown that Telegram reads itself. */
  markdown?: string;
}

/** A file that a message carries. */
export interface PartFile {
  /** As the person sees it. */
  name: string;
  /** A picture of more than 10 MB, or one that Telegram cannot show, goes as a document whatever stands here. */
  as: 'photo' | 'document';
  content: FileContent;
}

/**
 * Where a file's bytes are: in memory; on disk, from where the outbox takes a copy at the moment of the wish; or with
 * the outbox already. A file that is gone, empty or larger than 50 MB is told of in words instead.
 */
export type FileContent = { bytes: Uint8Array } | { path: string } | { kept: KeptFile };

/** A file that the outbox keeps until it is sent. */
export interface KeptFile {
  id: string;
  /** Hash of its bytes. */
  sha: string;
  /** Bytes. */
  size: number;
}

/** A button of an inline keyboard. `data` is at most 64 bytes in UTF-8. */
export interface Button {
  text: string;
  data: string;
}

/** A Telegram MessageEntity; `offset` and `length` in UTF-16 units. */
export interface Entity {
  type:
    | 'bold'
    | 'italic'
    | 'underline'
    | 'strikethrough'
    | 'spoiler'
    | 'code'
    | 'pre'
    | 'text_link'
    | 'blockquote'
    | 'expandable_blockquote';
  offset: number;
  length: number;
  /** Of `text_link`. */
  url?: string;
  /** Of `pre`. */
  language?: string;
}

/** Text with its entities, of any length; `paginate` makes parts of it. */
export interface Rich {
  text: string;
  entities: readonly Entity[];
}
