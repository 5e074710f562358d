import { reasonOf } from '@ccbot/shared/faults/fault';
import { ForeignFileError } from '@ccbot/shared/files/foreign-rules';
import type { Conversation } from '../../chat/command';
import type { Session } from '../../sessions/model';
import type { Registry } from '../../sessions/registry';
import { historyWords, type HistoryWords } from './words/words';

export interface SessionTranscript {
  session: Session;
  path: string;
}

/** The session with its transcript; null: there is none, and the user was told. */
export function transcriptOf(
  registry: Pick<Registry, 'get'>,
  { say, words }: Conversation,
  id: string,
): SessionTranscript | null {
  const session = registry.get(id);
  if (session === undefined) return null;
  const path = session.binding?.transcriptPath;
  if (path !== undefined) return { session, path };
  const text = words.of(historyWords);
  say(session.surface === 'screen' ? text.noTranscript(session.name) : text.nothing(session.name));
  return null;
}

/** Why a transcript could not be read. */
export function failureText({ name, about }: Session, error: unknown, words: HistoryWords): string {
  if (error instanceof ForeignFileError) return words.unreadable(name, error.why);
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') return words.unreadable(name, reasonOf(error));
  // An agent creates the file with the first prompt.
  return about === undefined ? words.nothing(name) : words.gone(name);
}
