import type { Words } from '../words/words';
import type { Grammar } from './command';
import type { Intent, RefusalIntent, RefusalReason } from './intents';

export function isRefusal(intent: Intent): intent is RefusalIntent {
  return intent.do === 'refuse';
}

export function refusalText(reason: RefusalReason, words: Words, { commands }: Grammar): string {
  switch (reason.code) {
    case 'nothing-to-type':
      return words.emptyMessage;
    case 'no-sessions':
      return words.noSessions;
    case 'no-active-session':
      return words.noActive;
    case 'no-such-session':
      return words.noSuchSession(reason.name);
    case 'several-sessions':
      return words.cluster.severalSessions(reason.name, reason.choices);
    case 'elsewhere':
      return words.cluster.elsewhere(reason.name);
    case 'quoted-session-ended':
      return words.board.quotedOver(reason.name);
    case 'unsupported':
      return words.strange(reason.kind);
    case 'usage':
      return commands[reason.of]?.usage?.(words, reason.problem, reason.values) ?? words.emptyMessage;
  }
}
