import type { Loaded } from '@ccbot/shared/config/load';
import { faultText } from '@ccbot/shared/faults/fault';
import type { Request } from './cli';

/** What the commands that look at a running ccbot, or talk to it, are given. */
export interface CommandDeps {
  version: string;
  env: Readonly<Record<string, string | undefined>>;
  home: string;
  out: NodeJS.WritableStream;
  err: NodeJS.WritableStream;
  now(): number;
}

/** Runs `ccbot status|logs|restart|stop|service`; returns the exit code. */
export async function runCommand(
  request: Extract<Request, { run: 'status' | 'logs' | 'restart' | 'stop' | 'service' }>,
  loaded: Loaded,
  deps: CommandDeps,
): Promise<number> {
  if (!loaded.ok) {
    for (const f of loaded.faults) deps.err.write(`ccbot: ${faultText(f)}\n`);
    return loaded.faults[0]?.exit ?? 1;
  }
  deps.err.write(`ccbot: ${request.run} is not there yet\n`);
  return Promise.resolve(1);
}
