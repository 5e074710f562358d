import { WRITING_MS, type AgentRequest } from './model';

/**
 * Texts that users may still send for a request that somebody else answered while they wrote. Such a text belongs to
 * that request and must not become a prompt. Not stored.
 */
export interface OrphanedReplies {
  /** A request went from one state to another. */
  changed(before: AgentRequest, after: AgentRequest): void;
  /** The request that the chat's next message belongs to. */
  of(chatId: number, at: number): number | undefined;
  /** That message has arrived. */
  arrived(chatId: number): void;
}

export function createOrphanedReplies(): OrphanedReplies {
  const expected = new Map<number, { id: number; until: number }>();
  return {
    changed(before, after) {
      if (before.phase !== 'open' || after.phase === 'open') return;
      for (const { chatId, writing } of before.copies) {
        if (writing === undefined || chatId === after.by) continue;
        expected.set(chatId, { id: after.id, until: writing.at + WRITING_MS });
      }
    },
    of(chatId, at) {
      const reply = expected.get(chatId);
      if (reply !== undefined && at >= reply.until) expected.delete(chatId);
      return expected.get(chatId)?.id;
    },
    arrived: (chatId) => void expected.delete(chatId),
  };
}
