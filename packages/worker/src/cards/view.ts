/** What a thing should look like in the chat; the outbox makes it so. */
export interface View {
  parts: readonly Part[];
  /** Shown as one album; its parts are 2 to 10 files, all photos or all documents, without buttons. */
  album?: boolean;
  /** The same as rich messages, each with `markdown`; shown instead of `parts` where the server knows rich messages. */
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
  /** For a rich message, in place of text and entities: Markdown that Telegram itself reads. */
  markdown?: string;
}

/** A file that a message carries. */
export interface PartFile {
  /** As the user sees it. */
  name: string;
  /** A photo of more than 10 MB, or one that Telegram cannot show, is sent as a document anyway. */
  as: 'photo' | 'document';
  content: FileContent;
}

/**
 * Where a file's bytes are: in memory; on disk, from where the outbox copies it when the view is queued; or already with
 * the outbox. In place of a file that is gone, empty or larger than 50 MB the message says so.
 */
export type FileContent = { bytes: Uint8Array } | { path: string } | { kept: KeptFile };

/** The outbox's copy of a file, until it is sent. */
export interface KeptFile {
  id: string;
  /** Hash of its bytes. */
  sha: string;
  /** Bytes. */
  size: number;
}

/** A button of an inline keyboard. `data` has at most 64 bytes in UTF-8. */
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
  /** For `text_link`. */
  url?: string;
  /** For `pre`. */
  language?: string;
}

/** Text of any length with its entities; `paginate` splits it into parts. */
export interface Rich {
  text: string;
  entities: readonly Entity[];
}
