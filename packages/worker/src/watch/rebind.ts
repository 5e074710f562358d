import type { Binding } from '../sessions/model';

/** A transcript on disk. */
export interface FileFacts {
  /** Identifies the file, whatever its path. */
  id: string;
  /** When it was last written, ms since the epoch. */
  writtenAt: number;
}

/** What is at the two paths; null: nothing. */
export interface RebindFacts {
  bound: FileFacts | null;
  reported: FileFacts | null;
}

/**
 * The binding of a session after a report of what its agent runs; null: the report changes nothing. A path at which
 * nothing is never replaces a living transcript: of the same session it is ignored, and of another one it waits until it
 * exists. Of two files of one session, the one that was written last counts.
 */
export function rebind(
  binding: Binding | undefined,
  report: Omit<Binding, 'previous'>,
  { bound, reported }: RebindFacts,
): Binding | null {
  if (binding === undefined) return report;
  if (binding.sessionId !== report.sessionId) {
    if (reported !== null) return report;
    const living = bound === null ? binding.previous : identityOf(binding);
    return { ...report, ...(living === undefined ? {} : { previous: living }) };
  }
  const { previous, ...settled } = binding;
  if (binding.transcriptPath === report.transcriptPath)
    return previous !== undefined && reported !== null ? settled : null;
  if (reported === null)
    return bound === null ? { ...report, ...(previous === undefined ? {} : { previous }) } : null;
  if (bound !== null && (bound.id === reported.id || reported.writtenAt < bound.writtenAt)) return null;
  return report;
}

function identityOf({ sessionId, transcriptPath }: Binding): NonNullable<Binding['previous']> {
  return { sessionId, transcriptPath };
}
