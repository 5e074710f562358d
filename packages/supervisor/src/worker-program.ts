import { spawn } from 'node:child_process';

/** What a shell reports of a program ended by a signal is 128 and its number. */
const SIGNAL_BASE = 128;

/** The signals that a person or a service manager sends to us and means for the worker. */
const PASSED_ON = ['SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

/** Runs the worker's program in our place (`ccbot worker`, `ccbot hook --install`): same terminal, same end. */
export function runWorkerProgram(entry: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [entry, ...args], { stdio: 'inherit' });
    const listeners = PASSED_ON.map((signal) => [signal, () => child.kill(signal)] as const);
    for (const [signal, listener] of listeners) process.on(signal, listener);
    const ignore = (): void => undefined; // Ctrl-C reaches the worker by itself; we wait for its answer
    process.on('SIGINT', ignore);
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      for (const [name, listener] of listeners) process.off(name, listener);
      process.off('SIGINT', ignore);
      resolve(code ?? SIGNAL_BASE + signalNumber(signal));
    });
  });
}

function signalNumber(signal: NodeJS.Signals | null): number {
  const known: Partial<Record<NodeJS.Signals, number>> = {
    SIGHUP: 1,
    SIGINT: 2,
    SIGQUIT: 3,
    SIGKILL: 9,
    SIGTERM: 15,
  };
  return (signal === null ? undefined : known[signal]) ?? 0;
}
