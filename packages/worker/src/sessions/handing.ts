import { open } from 'node:fs/promises';
import type { Agent } from '../agents/agent';
import { handoverDocument } from '../agents/handover';
import type { SessionEvent } from './events';
import type { Session } from './model';

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
    const part = async (from: number, length: number): Promise<string[]> => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, from);
      const lines = buffer.subarray(0, bytesRead).toString('utf8').split('\n');
      return from > 0 ? lines.slice(1) : lines; // the first one may be the rest of a line
    };
    const first = eventsOf(agent, await part(0, Math.min(size, START_BYTES)));
    const from = Math.max(0, size - END_BYTES);
    const events = eventsOf(agent, await part(from, size - from));
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
