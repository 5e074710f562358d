import { open } from 'node:fs/promises';
import type { Agent } from '../../agents/agent';
import { handoverDocument } from './document';
import type { SessionEvent } from '../../sessions/events';
import { linesBefore, linesFrom } from '../../watch/lines';
import type { Session } from '../../sessions/model';

/** How much of a transcript is read, bytes: of its start for what was asked first, of its end for what happened last. */
const START_BYTES = 512 * 1024;
const END_BYTES = 4 * 1024 * 1024;

/**
 * What another agent is told of a session, from its transcript, which is only read. Null where the session has none, or
 * nothing is in it. Throws what the file system throws, but for a file that is not there.
 */
export async function handOver(session: Session, agent: Agent): Promise<string | null> {
  const transcriptPath = session.binding?.transcriptPath;
  if (transcriptPath === undefined) return null;
  const file = await open(transcriptPath, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (file === null) return null;
  try {
    const { size } = await file.stat();
    const start: string[] = [];
    for await (const { text } of linesFrom(file, 0, Math.min(size, START_BYTES))) start.push(text);
    const end: string[] = [];
    for await (const line of linesBefore(file, size)) {
      if (size - line.start > END_BYTES) break;
      end.push(line.text);
    }
    const [first, events] = [eventsOf(agent, start), eventsOf(agent, end.reverse())];
    if (events.every(({ type }) => type === 'other')) return null;
    const asked = first.find(
      (e) => (e.type === 'turn.started' || e.type === 'prompt.taken') && e.prompt !== '',
    );
    return handoverDocument({
      agent: agent.title,
      name: session.name,
      cwd: session.cwd,
      transcriptPath,
      asked: asked !== undefined && 'prompt' in asked ? asked.prompt : '',
      events,
    });
  } finally {
    await file.close();
  }
}

function eventsOf(agent: Agent, lines: readonly string[]): SessionEvent[] {
  const reader = agent.reader();
  return lines.flatMap((line) => reader.read(line));
}
