import type { ChatMessage } from '../telegram/model';
import type { Person } from '../telegram/person';
import type { SandboxState } from '../telegram/state';

/** What the page shows of one chat. */
export interface ChatSnapshot {
  who: string;
  name: string;
  messages: Pick<
    ChatMessage,
    'id' | 'fromBot' | 'date' | 'text' | 'entities' | 'keyboard' | 'replyTo' | 'edits' | 'reaction'
  >[];
  typing: boolean;
}

/** Everything the page shows. */
export interface Snapshot {
  chats: ChatSnapshot[];
  commands: { command: string; description: string }[];
  /** Taps that were answered, with the answer's text. */
  answers: Record<string, string>;
}

/** The newest messages of a chat that the page shows. */
const MOST = 200;

/** The present state of every chat. */
export function snapshot(
  state: SandboxState,
  people: Readonly<Record<string, Person>>,
  now: number,
): Snapshot {
  return {
    chats: Object.entries(people).map(([who, person]) => ({
      who,
      name: person.user.first_name,
      typing: (state.typing.get(person.user.id) ?? 0) > now,
      messages: person
        .chat()
        .slice(-MOST)
        .map(({ id, fromBot, date, text, entities, keyboard, replyTo, edits, reaction }) => ({
          id,
          fromBot,
          date,
          text,
          entities,
          keyboard,
          edits,
          ...(replyTo === undefined ? {} : { replyTo }),
          ...(reaction === undefined ? {} : { reaction }),
        })),
    })),
    commands: state.commands,
    answers: Object.fromEntries(
      [...state.queries]
        .flatMap(([id, q]) => (q.answered === undefined ? [] : [[id, q.answered]]))
        .slice(-20),
    ),
  };
}
