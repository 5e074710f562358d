import { Worker } from 'node:worker_threads';

/** How often the thread looks for its process's parent, ms. */
const LOOK_MS = 250;

/** Runs in the thread. An orphan has another parent; SIGKILL, because the main thread may be blocked. */
const PROGRAM = `
  const { workerData } = require('node:worker_threads');
  setInterval(() => {
    if (process.ppid !== workerData.parent) process.kill(process.pid, 'SIGKILL');
  }, workerData.everyMs);
`;

/** A thread that ends this process when its parent is gone, even while the event loop is blocked. */
export interface OrphanWatch {
  stop(): Promise<void>;
}

/**
 * Starts the watch, for systems whose kernel does not kill a process with its parent. `parent` is the pid that
 * started this process. Does not keep the process alive.
 */
export function watchForOrphan(parent: number, everyMs = LOOK_MS): OrphanWatch {
  const thread = new Worker(PROGRAM, { eval: true, workerData: { parent, everyMs }, env: {} });
  thread.unref();
  return {
    async stop() {
      await thread.terminate();
    },
  };
}
