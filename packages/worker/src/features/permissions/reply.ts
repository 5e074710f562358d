import type { AgentRequest, Reply } from './model';
import type { RequestWords } from './words/words';

/** What a reply says; undefined: nothing. `nameOf` names the users of other chats. */
export function replyText(
  reply: Reply,
  { asked }: Pick<AgentRequest, 'asked'>,
  words: RequestWords,
  nameOf: (chatId: number) => string,
): string | undefined {
  switch (reply.code) {
    case 'ok':
      return undefined;
    case 'expired':
      return words.expired;
    case 'stale':
      return words.stale;
    case 'already-decided':
      return words.alreadyAnswered;
    case 'answered-by':
      return words.answeredBy(nameOf(reply.by), reply.decision, asked.what.kind);
    case 'not-shown':
      return words.notShown;
    case 'decided':
      return words.done(reply.decision);
    case 'write':
      return words.write[reply.what];
    case 'cancelled':
      return words.cancelled;
    case 'choose-one':
      return words.chooseOne;
  }
}
