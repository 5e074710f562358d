import { WRITING_MS, type AgentRequest } from './model';

/**
 * Who was asked for a text of a request that others settled meanwhile. They may still send it: it is the text for that
 * request, and no prompt for an agent. Known as long as ccbot runs.
 */
export interface LateTexts {
  /** A request became another. */
  passed(before: AgentRequest, after: AgentRequest): void;
  /** The request that a chat's next message would be the text for. */
  of(chatId: number, at: number): number | undefined;
  /** That message has come. */
  came(chatId: number): void;
}

/** Knows of nobody yet. */
export function createLateTexts(): LateTexts {
  const late = new Map<number, { id: number; until: number }>();
  return {
    passed(before, after) {
      if (before.phase !== 'open' || after.phase === 'open') return;
      for (const { chatId, writing } of before.copies) {
        if (writing === undefined || chatId === after.by) continue;
        late.set(chatId, { id: after.id, until: writing.at + WRITING_MS });
      }
    },
    of(chatId, at) {
      const one = late.get(chatId);
      if (one !== undefined && at >= one.until) late.delete(chatId);
      return late.get(chatId)?.id;
    },
    came: (chatId) => void late.delete(chatId),
  };
}
