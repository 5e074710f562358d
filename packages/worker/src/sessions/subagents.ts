import type { Agent } from '../agents/agent';
import type { Tail } from './follower';
import type { SessionInput } from './input';
import type { Session } from './model';

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

  function release(session: string): void {
    for (const tail of followed.get(session)?.values() ?? []) tail.stop();
    followed.delete(session);
  }

  function follow(session: Session, id: string, file: string): Tail | undefined {
    const agent = deps.agentOf(session);
    const transcript = session.binding?.transcriptPath;
    const path = transcript === undefined ? undefined : agent.subTranscript?.(transcript, file);
    const reader = agent.subReader?.(id);
    if (path === undefined || reader === undefined) return undefined;
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
      for (const { id, file } of running) {
        if (file === undefined || own.has(id)) continue;
        const tail = follow(session, id, file);
        if (tail !== undefined) own.set(id, tail);
      }
      if (own.size > 0) followed.set(session.id, own);
      else followed.delete(session.id);
    },
    release,
    stop() {
      for (const session of [...followed.keys()]) release(session);
    },
  };
}
