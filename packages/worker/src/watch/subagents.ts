import type { Agent } from '../agents/agent';
import type { Tail } from './follower';
import type { SessionInput } from '../sessions/machine/model';
import type { Session } from '../sessions/model';

/**
 * When the transcript of a sub-agent is looked for that no record names, ms after it began: one that its agent waits for
 * is named only when it has ended.
 */
export const SEEK_MS: readonly number[] = [200, 800, 3_000];

/** What following sub-agents needs. */
export interface SubAgentDeps {
  tail(options: {
    path: string;
    from: number;
    onLines(lines: readonly string[], offset: number): void;
    onRestart(reason: string): void;
  }): Tail;
  agentOf(session: Session): Agent;
  dispatch(id: string, inputs: readonly SessionInput[]): void;
  now(): number;
}

/** Reads what the sub-agents of live sessions do from their own transcripts, as long as they run. */
export interface SubAgents {
  /** Follows the sub-agents that run in a session, and lets go of those that have ended. */
  sync(session: Session): void;
  release(session: string): void;
  stop(): void;
}

/** Makes the follower of sub-agents; it follows none yet. */
export function createSubAgents(deps: SubAgentDeps): SubAgents {
  const followed = new Map<string, Map<string, Tail>>();
  /** Sub-agents whose transcript is looked for, by session and sub-agent. */
  const sought = new Map<string, NodeJS.Timeout | null>();

  function release(session: string): void {
    for (const key of [...sought.keys()]) if (key.startsWith(`${session} `)) forget(key);
    for (const tail of followed.get(session)?.values() ?? []) tail.stop();
    followed.delete(session);
  }

  function forget(key: string): void {
    clearTimeout(sought.get(key) ?? undefined);
    sought.delete(key);
  }

  function seek(session: Session, id: string, tries = 0): void {
    const key = `${session.id} ${id}`;
    const transcript = session.binding?.transcriptPath;
    const agent = deps.agentOf(session);
    const wait = SEEK_MS[tries];
    if (transcript === undefined || agent.findSubTranscript === undefined || wait === undefined) return;
    const look = async (): Promise<void> => {
      sought.set(key, null);
      const path = (await agent.findSubTranscript?.(transcript, id)) ?? null;
      if (!sought.has(key)) return; // it ended meanwhile
      if (path === null) return seek(session, id, tries + 1);
      const tail = followed.get(session.id)?.has(id) === true ? undefined : read(session, id, path);
      if (tail !== undefined) followed.set(session.id, new Map(followed.get(session.id)).set(id, tail));
    };
    const timer = setTimeout(() => {
      look().catch(() => forget(key)); // what cannot be read is not shown
    }, wait);
    sought.set(key, timer);
  }

  function follow(session: Session, id: string, file: string): Tail | undefined {
    const transcript = session.binding?.transcriptPath;
    if (transcript === undefined) return undefined;
    const path = deps.agentOf(session).subTranscript?.(transcript, file);
    return path === undefined ? undefined : read(session, id, path);
  }

  function read(session: Session, id: string, path: string): Tail | undefined {
    const reader = deps.agentOf(session).subReader?.(id);
    if (reader === undefined) return undefined;
    return deps.tail({
      path,
      from: 0,
      onLines(lines) {
        const events = lines.flatMap((line) => reader.read(line));
        const inputs = events.map((event) => ({ type: 'observed', at: deps.now(), event }) as const);
        if (inputs.length > 0) deps.dispatch(session.id, inputs);
      },
      onRestart: () => undefined, // what is read twice is told by its number, and changes nothing
    });
  }

  return {
    sync(session) {
      const running = (session.card.agents ?? []).filter((agent) => agent.state === 'running');
      const own = followed.get(session.id) ?? new Map<string, Tail>();
      for (const [id, tail] of own) {
        if (running.some((agent) => agent.id === id)) continue;
        tail.stop();
        own.delete(id);
      }
      for (const key of [...sought.keys()]) {
        const [of, agent] = key.split(' ');
        if (of === session.id && !running.some(({ id }) => id === agent)) forget(key);
      }
      for (const { id, file } of running) {
        if (own.has(id)) continue;
        if (file === undefined) {
          if (!sought.has(`${session.id} ${id}`)) seek(session, id);
          continue;
        }
        const tail = follow(session, id, file);
        if (tail !== undefined) own.set(id, tail);
      }
      if (own.size > 0) followed.set(session.id, own);
      else followed.delete(session.id);
    },
    release,
    stop() {
      for (const session of [...followed.keys()]) release(session);
      for (const key of [...sought.keys()]) forget(key);
    },
  };
}
