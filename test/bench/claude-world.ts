import { join } from 'node:path';
import { startSession } from '../e2e/harness/chat';
import { prepareSystem, type System, type SystemOptions } from '../e2e/harness/system';
import { ccbot, programs } from './place';

/** The real, pinned Claude Code with a scripted model, in a session that is ready. */
export async function startClaude(
  options: SystemOptions,
  variables: (system: System) => Record<string, string> = () => ({}),
): Promise<System> {
  const system = await prepareSystem({
    ...options,
    programs: {
      node: process.execPath,
      supervisor: ccbot,
      worker: join(programs, 'packages/worker/bin/ccbot-worker.js'),
      scriptedAgent: join(programs, 'packages/sandbox/bin/ccbot-scripted-agent.js'),
    },
  });
  Object.assign(system.env, variables(system));
  const supervisor = system.supervise();
  try {
    await startSession(system);
    return system;
  } catch (error) {
    await system.stop();
    throw new Error(`no session of Claude Code; output of the supervisor:\n${supervisor.output()}`, {
      cause: error,
    });
  }
}

/** When the prompt with this text reached the model, and when its answer ended; monotonic, ns. */
export function timesOf({ model }: System, text: string): { arrivedNs: bigint; answeredNs?: bigint } {
  const index = model.requests.findIndex(({ prompt }) => prompt.includes(text));
  const times = model.times[index];
  if (times === undefined) throw new Error(`the model did not get “${text}”`);
  return times;
}
