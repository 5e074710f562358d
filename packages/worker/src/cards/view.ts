/** What a message looks like on the phone: the wanted state, which the outbox brings about. */
export interface View {
  parts: readonly Part[];
}

/** One Telegram message: at most 4,096 UTF-16 units and 100 entities. */
export interface Part {
  text: string;
  entities: readonly Entity[];
  /** Rows of inline buttons. */
  buttons?: readonly (readonly Button[])[];
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
