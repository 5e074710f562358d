import { reasonOf } from '@ccbot/shared/faults/fault';
import { ForeignFileError } from '@ccbot/shared/files/foreign-rules';
import type { Conversation } from '../../chat/command';
import type { Session } from '../../sessions/model';
import type { Whereabouts } from '../../sessions/lifecycle/whereabouts';
import type { Registry } from '../../sessions/registry';
import { historyWords, type HistoryWords } from './words/words';

export interface SessionTranscript {
  session: Session;
  path: string;
}

/** The session with its transcript; null: there is none, and the user was told. */
export async function transcriptOf(
  {
    registry,
    whereabouts,
  }: { registry: Pick<Registry, 'get'>; whereabouts: Pick<Whereabouts, 'transcript'> },
  { say, words }: Conversation,
  id: string,
): Promise<SessionTranscript | null> {
  const session = registry.get(id);
  if (session === undefined) return null;
  const found = await whereabouts.transcript(session);
  if (found !== null) return { session, path: found.transcriptPath };
  const text = words.of(historyWords);
  say(session.surface === 'screen' ? text.noTranscript(session.name) : missingText(session, text));
  return null;
}

/** Why a transcript could not be read. */
export function failureText(session: Session, error: unknown, words: HistoryWords): string {
  const { name } = session;
  if (error instanceof ForeignFileError) return words.unreadable(name, error.why);
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') return words.unreadable(name, reasonOf(error));
  return missingText(session, words);
}

/** An agent creates the file with the first prompt. */
function missingText({ name, about }: Session, words: HistoryWords): string {
  return about === undefined ? words.nothing(name) : words.gone(name);
}
