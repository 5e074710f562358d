import { parseJson } from '@ccbot/shared/protocol/json';
import * as z from 'zod/mini';
import { newCard } from '../cards/model';
import { plainName, type Session } from './model';

const note = z.object({
  v: z.literal(1),
  /** The directory of the ccbot that opened the window: two may share a terminal server. */
  dir: z.string(),
  chat: z.number(),
  name: z.string(),
  agent: z.string(),
  title: z.string(),
  cwd: z.string(),
  at: z.number(),
  line: z.optional(z.string()),
  surface: z.optional(z.literal('screen')),
  adopted: z.optional(z.literal(true)),
});

/** The note a window carries, so that its session is found again when the database is lost. */
export function noteOf(session: Session, dir: string): string {
  const { chatId, agent, cwd, createdAt, line, surface, adopted, card } = session;
  return JSON.stringify({
    v: 1,
    dir,
    chat: chatId,
    name: plainName(session),
    agent,
    title: card.agent,
    cwd,
    at: createdAt,
    ...(line === undefined ? {} : { line }),
    ...(surface === undefined ? {} : { surface }),
    ...(adopted === undefined ? {} : { adopted }),
  });
}

/**
 * The session in a window's note; null where there is none, or the window belongs to another ccbot. `since`: its
 * transcript is shown from then on, ms since the epoch, since everything before was shown already.
 */
export function sessionFromNote(id: string, text: string, dir: string, since: number): Session | null {
  const written = parseJson(note, text);
  if (written === null || written.dir !== dir) return null;
  const { chat, name, agent, title, cwd, line, surface, adopted } = written;
  return {
    id,
    chatId: chat,
    name,
    agent,
    cwd,
    ...(line === undefined ? {} : { line }),
    ...(surface === undefined ? {} : { surface }),
    ...(adopted === undefined ? {} : { adopted }),
    createdAt: since,
    phase: 'opening',
    card: {
      ...newCard({ session: id, name, agent: title }),
      ...(surface === 'screen' ? { prompt: line ?? '', screen: '' } : {}),
    },
  };
}
