import type { ChatMessage, InlineButton, MediaKind, MessageEntity } from '../telegram/model';
import type { Person } from '../telegram/person';
import type { BotCommand, SandboxState } from '../telegram/state';

/** A message as the page shows it. */
export interface PageMessage {
  id: number;
  fromBot: boolean;
  /** s since the epoch. */
  date: number;
  text: string;
  entities: MessageEntity[];
  /** What its sender typed, if that is more than the text. */
  typed?: string;
  keyboard: InlineButton[][];
  edits: number;
  replyTo?: number;
  reaction?: string;
  pinned?: boolean;
  silent?: boolean;
  rich?: boolean;
  file?: {
    kind: MediaKind;
    id: string;
    name: string;
    mime: string;
    size: number;
    width?: number;
    height?: number;
  };
}

export interface ChatSnapshot {
  /** Key of the person, such as `owner`. */
  person: string;
  /** The person's display name. */
  name: string;
  messages: PageMessage[];
  /** Remaining time of the typing indicator, ms. */
  typingMs: number;
  /** The text that the bot is streaming. */
  draft?: { text: string; entities: MessageEntity[] };
}

/** The bot's answer to a tap: a toast, or an alert that the user must close. */
export interface TapAnswer {
  text: string;
  alert: boolean;
}

export interface Snapshot {
  chats: ChatSnapshot[];
  /** The command menu of the first person. */
  commands: readonly BotCommand[];
  /** Query id → the bot's answer, of the newest answered taps. */
  answers: Record<string, TapAnswer>;
}

/** The page shows this many of the newest messages of a chat. */
const MESSAGES_MAX = 200;
const ANSWERS_MAX = 20;

/** `people` by their keys; `now` in ms since the epoch. */
export function snapshot(
  state: SandboxState,
  people: Readonly<Record<string, Person>>,
  now: number,
): Snapshot {
  return {
    chats: Object.entries(people).map(([key, person]) => {
      const draft = state.drafts.get(person.user.id);
      return {
        person: key,
        name: person.user.first_name,
        typingMs: Math.max(0, (state.typing.get(person.user.id) ?? 0) - now),
        messages: person.chat().slice(-MESSAGES_MAX).map(pageMessage),
        ...(draft === undefined ? {} : { draft: { text: draft.text, entities: draft.entities } }),
      };
    }),
    commands: state.commandsFor(Object.values(people)[0]?.user.id ?? 0),
    answers: Object.fromEntries(
      [...state.queries]
        .flatMap(([id, q]) =>
          q.answered === undefined ? [] : [[id, { text: q.answered, alert: q.alert === true }] as const],
        )
        .slice(-ANSWERS_MAX),
    ),
  };
}

function pageMessage(m: ChatMessage): PageMessage {
  const { id, fromBot, date, text, entities, keyboard, edits, replyTo, reaction, media } = m;
  return {
    id,
    fromBot,
    date,
    text,
    entities,
    keyboard,
    edits,
    ...(m.typed === undefined ? {} : { typed: m.typed }),
    ...(replyTo === undefined ? {} : { replyTo }),
    ...(reaction === undefined ? {} : { reaction }),
    ...(m.pinned === true ? { pinned: true } : {}),
    ...(m.silent ? { silent: true } : {}),
    ...(m.rich === true ? { rich: true } : {}),
    ...(media === undefined ? {} : { file: pageFile(media) }),
  };
}

function pageFile({ kind, file }: NonNullable<ChatMessage['media']>): NonNullable<PageMessage['file']> {
  const { id, name, mime, bytes, width, height } = file;
  return {
    kind,
    id,
    name,
    mime,
    size: bytes.length,
    ...(width === undefined ? {} : { width }),
    ...(height === undefined ? {} : { height }),
  };
}
