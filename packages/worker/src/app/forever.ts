import { startPolling } from './polling';
import { createSupervisorLink } from './process-link';
import type { PollWorld } from './run-world';

/** How a worker runs beside what it polls with. */
export interface RunDeps {
  /** The program that draws screens. */
  picture: string;
  isSupervised: boolean;
  /** Resolves when the first poll has left this process. */
  pollSent: Promise<void>;
}

/**
 * Loading the other parts blocks the event loop for some 100 ms, and a connection would wait that long for its next step. So
 * the first poll gets this long to leave, ms: enough for the name, the connection and TLS of a server that is not far.
 */
const LEAVE_MS = 100;

/**
 * Polls and bridges until told to stop; the exit code says why it ended. What arrives while the other parts are loaded
 * goes to the journal only, and is handled when everything is there.
 */
export async function runForever(base: PollWorld, deps: RunDeps): Promise<number> {
  const link = createSupervisorLink(base.env, deps.isSupervised);
  link.tell({ type: 'hello', pid: process.pid, version: base.version });
  const polling = startPolling(base, link);
  try {
    await leaves(deps.pollSent);
    const { bridge } = await import('./bridge');
    return await bridge(polling, deps.picture);
  } catch (error) {
    await polling.poll.stop();
    throw error;
  } finally {
    link.close();
  }
}

async function leaves(pollSent: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, LEAVE_MS)));
  await Promise.race([pollSent, late]);
  clearTimeout(timer);
}
