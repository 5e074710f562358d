import { spawn } from 'node:child_process';

/** Shells report a program killed by a signal as 128 plus the signal's number. */
const SIGNAL_BASE = 128;

/** Signals that we pass on to the worker. */
const FORWARDED = ['SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

/** Runs the worker's program on our terminal (`ccbot worker`, `ccbot hook --install`) and resolves to its exit code. */
export function runWorkerProgram(entry: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [entry, ...args], { stdio: 'inherit' });
    const listeners = FORWARDED.map((signal) => [signal, () => child.kill(signal)] as const);
    for (const [signal, listener] of listeners) process.on(signal, listener);
    const ignore = (): void => undefined; // the terminal sends Ctrl-C to the worker too; we wait until it exits
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
