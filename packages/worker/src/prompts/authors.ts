import type { AuthorStore } from './author-store';
import type { PromptAuthors } from './model';

/** The users: their chats, and the name each has for the others. */
interface Users {
  readonly chats: readonly number[];
  nameOf(chatId: number): string;
}

export function createPromptAuthors(users: Users, store: AuthorStore): PromptAuthors {
  const areSeveral = users.chats.length > 1;
  return {
    record(path, at, chatId) {
      if (areSeveral) store.record(path, at, chatId);
    },
    otherAuthor(path, at, chatId) {
      const author = areSeveral && at !== undefined ? store.get(path, at) : undefined;
      return author === undefined || author === chatId ? undefined : users.nameOf(author);
    },
    authorOf(path, at, chatId) {
      if (!areSeveral) return 'you';
      const author = store.get(path, at);
      if (author === undefined) return 'somebody';
      return author === chatId ? 'you' : { name: users.nameOf(author) };
    },
  };
}
