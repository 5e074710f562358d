import type { FileHandle } from 'node:fs/promises';
import type { Agent } from '../../agents/agent';
import { openTranscript } from '../../agents/transcript-file';
import type { SessionEvent } from '../../sessions/events';
import type { FoundTranscript } from '../../sessions/lifecycle/whereabouts';
import type { Session } from '../../sessions/model';
import { linesBefore, linesFrom } from '../../watch/lines';
import { handoverDocument, type HandoverSource } from './document';

/** How much of a transcript is read at most, bytes: of its start for the first request, of its end for what happened last. */
const START_BYTES = 512 * 1024;
const END_BYTES = 4 * 1024 * 1024;

/**
 * The handover document of a session, from its transcript. Null if the transcript is gone, or nothing is in it. Rejects
 * as {@link openTranscript} does, except for a missing file.
 */
export async function readHandover(
  session: Pick<Session, 'name' | 'cwd'>,
  { transcriptPath }: Pick<FoundTranscript, 'transcriptPath'>,
  agent: Agent,
  elsewhere?: HandoverSource['elsewhere'],
): Promise<string | null> {
  const file = await openIfThere(transcriptPath);
  if (file === null) return null;
  try {
    const { size } = await file.stat();
    const events = eventsOf(agent, await lastLines(file, size));
    if (events.every(({ type }) => type === 'other')) return null;
    return handoverDocument({
      agent: agent.title,
      name: session.name,
      cwd: session.cwd,
      transcriptPath,
      firstRequest: firstPrompt(eventsOf(agent, await firstLines(file, size))),
      events,
      elsewhere,
    });
  } finally {
    await file.close();
  }
}

async function openIfThere(path: string): Promise<FileHandle | null> {
  try {
    return await openTranscript(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

async function firstLines(file: FileHandle, size: number): Promise<string[]> {
  const lines: string[] = [];
  for await (const { text } of linesFrom(file, 0, Math.min(size, START_BYTES))) lines.push(text);
  return lines;
}

async function lastLines(file: FileHandle, size: number): Promise<string[]> {
  const lines: string[] = [];
  for await (const { text } of linesBefore(file, size, size - END_BYTES)) lines.push(text);
  return lines.reverse();
}

function eventsOf(agent: Agent, lines: readonly string[]): SessionEvent[] {
  const reader = agent.reader();
  return lines.flatMap((line) => reader.read(line));
}

/** Empty if there is none. */
function firstPrompt(events: readonly SessionEvent[]): string {
  for (const event of events)
    if ((event.type === 'turn.started' || event.type === 'prompt.taken') && event.prompt !== '')
      return event.prompt;
  return '';
}
