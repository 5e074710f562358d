import { isRunning, knownProcess, type KnownProcess } from '@ccbot/shared/processes/known-process';
import { ancestry } from '@ccbot/shared/processes/process-stat';
import type { Agent } from '../../agents/agent';
import type { Session } from '../model';

/** The processes of a session's agent that run now. */
export interface AgentProcesses {
  /** Those that serve this session alone. */
  own: readonly KnownProcess[];
  /** Those that other sessions need as well. */
  shared: readonly number[];
}

/**
 * Finds what still runs of a session: the program that was started in its window, and the processes that its agent's own
 * files name. ccbot and the processes that started it are never among them, whatever the files say.
 */
export async function agentProcesses(
  session: Pick<Session, 'binding' | 'program'>,
  agent: Pick<Agent, 'processesOf' | 'isShared'>,
  home: string,
): Promise<AgentProcesses> {
  const { binding, program } = session;
  const named =
    binding === undefined
      ? []
      : ((await agent.processesOf?.(home, binding.sessionId, binding.transcriptPath)) ?? []);
  const known = named.filter((pid) => pid !== program?.pid).map(knownProcess);
  const parents = ancestry(process.pid);
  const running = [...(program === undefined ? [] : [program]), ...known].filter(
    (each) => isRunning(each) && !parents.has(each.pid),
  );
  const areShared = await Promise.all(running.map(async ({ pid }) => (await agent.isShared?.(pid)) ?? false));
  return {
    own: running.filter((_, i) => areShared[i] === false),
    shared: running.filter((_, i) => areShared[i]).map(({ pid }) => pid),
  };
}
