import type { ChatSnapshot, Snapshot } from './snapshot';

/** The change of one chat: its new and changed messages, and the ids of deleted ones. */
export interface ChatChange extends ChatSnapshot {
  gone: number[];
}

/** What the page receives: first everything, then only the changes. */
export interface Change extends Omit<Snapshot, 'chats'> {
  whole: boolean;
  chats: ChatChange[];
}

/** Returns a function that compares each snapshot with the previous one, so that an edited card does not resend the chat. */
export function createChanges(): (next: Snapshot) => Change {
  let known: Map<string, Map<number, string>> | null = null;
  return (next) => {
    const before = known;
    known = new Map(
      next.chats.map((chat) => [chat.person, new Map(chat.messages.map((m) => [m.id, JSON.stringify(m)]))]),
    );
    return {
      ...next,
      whole: before === null,
      chats: next.chats.map((chat) => {
        const old = before?.get(chat.person) ?? new Map<number, string>();
        const present = known?.get(chat.person);
        return {
          ...chat,
          messages: chat.messages.filter((m) => old.get(m.id) !== present?.get(m.id)),
          gone: [...old.keys()].filter((id) => present?.has(id) !== true),
        };
      }),
    };
  };
}
