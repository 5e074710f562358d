import { startPolling } from './polling';
import { createSupervisorLink } from './process-link';
import type { PollWorld } from './run-world';

/** How a worker runs beside what it polls with. */
export interface RunDeps {
  /** The program that draws screens. */
  picture: string;
  isSupervised: boolean;
}

/**
 * Loading the other parts blocks the event loop, so the first poll gets this long to leave, ms: a server on the same
 * machine has it by then, and a connection to Telegram is under way.
 */
const LEAVE_MS = 10;

/**
 * Polls and bridges until told to stop; the exit code says why it ended. What arrives while the other parts are loaded
 * goes to the journal only, and is handled when everything is there.
 */
export async function runForever(base: PollWorld, { picture, isSupervised }: RunDeps): Promise<number> {
  const link = createSupervisorLink(base.env, isSupervised);
  link.tell({ type: 'hello', pid: process.pid, version: base.version });
  const polling = startPolling(base, link);
  try {
    await new Promise((resolve) => setTimeout(resolve, LEAVE_MS));
    const { bridge } = await import('./bridge');
    return await bridge(polling, picture);
  } catch (error) {
    await polling.poll.stop();
    throw error;
  } finally {
    link.close();
  }
}
