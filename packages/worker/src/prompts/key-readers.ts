import type { KnownProcess } from '@ccbot/shared/processes/known-process';
import type { Session } from '../sessions/model';

/**
 * The agents that have shown a text in their input line while they ran: they read their keys. One that starts may draw that
 * line first, and take an Enter that it reads later for a part of the text, so it is the process that counts.
 */
export interface KeyReaders {
  /** The input line has shown what was typed. */
  add(session: Session): void;
  /** A prompt was submitted: the agent may be at work on it before any record says so. */
  submitted(session: Session): void;
  /** Whether the session's agent reads its keys, and the turn of the last prompt is known to have started. */
  has(session: Session): boolean;
  /** Nothing is known of the session's agent any more. */
  forget(session: string): void;
}

interface Reader {
  program: KnownProcess;
  /** When the turn had started, ms since the epoch, that was the last one as a prompt was submitted. Null: none was. */
  turnBefore: number | undefined | null;
}

export function createKeyReaders(): KeyReaders {
  const readers = new Map<string, Reader>();
  return {
    add({ id, program }) {
      if (program !== undefined) readers.set(id, { program, turnBefore: null });
    },
    submitted({ id, card }) {
      const reader = readers.get(id);
      if (reader !== undefined) reader.turnBefore = card.startedAt;
    },
    has({ id, program, card }) {
      const reader = readers.get(id);
      if (reader === undefined || reader.turnBefore === card.startedAt) return false;
      return reader.program.pid === program?.pid && reader.program.started === program.started;
    },
    forget: (session) => void readers.delete(session),
  };
}
