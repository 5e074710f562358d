import type { ChatSnapshot, Snapshot } from './snapshot';

/** What is different in one chat: messages that are new or changed, and the ids of those that are gone. */
export interface ChatChange extends ChatSnapshot {
  gone: number[];
}

/** What the page is told: the whole first, then what is different. */
export interface Change extends Omit<Snapshot, 'chats'> {
  whole: boolean;
  chats: ChatChange[];
}

/** Tells, of each snapshot, what is different from the one before: a card that is edited twice a second is not sent with the whole chat. */
export function createChanges(): (next: Snapshot) => Change {
  let known: Map<string, Map<number, string>> | null = null;
  return (next) => {
    const before = known;
    known = new Map(
      next.chats.map((chat) => [chat.who, new Map(chat.messages.map((m) => [m.id, JSON.stringify(m)]))]),
    );
    return {
      ...next,
      whole: before === null,
      chats: next.chats.map((chat) => {
        const old = before?.get(chat.who) ?? new Map<number, string>();
        const present = known?.get(chat.who);
        return {
          ...chat,
          messages: chat.messages.filter((m) => old.get(m.id) !== present?.get(m.id)),
          gone: [...old.keys()].filter((id) => present?.has(id) !== true),
        };
      }),
    };
  };
}
