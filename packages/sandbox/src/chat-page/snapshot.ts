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

/** What the page shows of one chat. */
export interface ChatSnapshot {
  who: string;
  name: string;
  messages: PageMessage[];
  /** How much longer the bot is shown as typing, ms. */
  typingMs: number;
  /** What the bot is writing just now. */
  draft?: { text: string; entities: MessageEntity[] };
}

/** A tap's answer: words that pass, or that wait for the person. */
export interface TapAnswer {
  text: string;
  alert: boolean;
}

/** Everything the page shows. */
export interface Snapshot {
  chats: ChatSnapshot[];
  /** The menu of the first chat's person. */
  commands: readonly BotCommand[];
  /** The newest taps that were answered: query id → answer. */
  answers: Record<string, TapAnswer>;
}

/** The newest messages of a chat that the page shows. */
const MESSAGES = 200;
/** The newest answers that the page is told of. */
const ANSWERS = 20;

/** The present state of every chat. */
export function snapshot(
  state: SandboxState,
  people: Readonly<Record<string, Person>>,
  now: number,
): Snapshot {
  return {
    chats: Object.entries(people).map(([who, person]) => {
      const draft = state.drafts.get(person.user.id);
      return {
        who,
        name: person.user.first_name,
        typingMs: Math.max(0, (state.typing.get(person.user.id) ?? 0) - now),
        messages: person.chat().slice(-MESSAGES).map(pageMessage),
        ...(draft === undefined ? {} : { draft: { text: draft.text, entities: draft.entities } }),
      };
    }),
    commands: state.commandsFor(Object.values(people)[0]?.user.id ?? 0),
    answers: Object.fromEntries(
      [...state.queries]
        .flatMap(([id, q]) =>
          q.answered === undefined ? [] : [[id, { text: q.answered, alert: q.alert === true }] as const],
        )
        .slice(-ANSWERS),
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
