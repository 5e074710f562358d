/** Who wrote the prompts of transcripts. With one person there is nobody to tell from: nothing is kept, nothing named. */
export interface AskedBy {
  /** The prompt that the record of the moment `at` tells of was written in this chat; part of the running transaction. */
  note(path: string, at: number, chatId: number): void;
  /** The name of the other person who wrote it, for a chat; undefined: the chat's own person, or nobody knows. */
  other(path: string, at: number | undefined, chatId: number): string | undefined;
  /** Who wrote it, told to a chat; null: in a file, which others may read as well. */
  whose(path: string, at: number, chatId: number | null): Asker;
}

/** Who wrote a prompt: who reads it, somebody of whom nobody knows (it may have been written at the desk), or a person by name. */
export type Asker = 'you' | 'somebody' | { name: string };

/** What telling prompts apart needs. */
export interface AskedByDeps {
  /** The chats of the people who may use ccbot. */
  chats: readonly number[];
  nameOf(chatId: number): string;
  kept: {
    note(path: string, at: number, chatId: number): void;
    of(path: string, at: number): number | undefined;
  };
}

/** Makes it. */
export function createAskedBy({ chats, nameOf, kept }: AskedByDeps): AskedBy {
  const several = chats.length > 1;
  return {
    note(path, at, chatId) {
      if (several) kept.note(path, at, chatId);
    },
    other(path, at, chatId) {
      const by = several && at !== undefined ? kept.of(path, at) : undefined;
      return by === undefined || by === chatId ? undefined : nameOf(by);
    },
    whose(path, at, chatId) {
      if (!several) return 'you';
      const by = kept.of(path, at);
      if (by === undefined) return 'somebody';
      return by === chatId ? 'you' : { name: nameOf(by) };
    },
  };
}
