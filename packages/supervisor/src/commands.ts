import { ensureDirectories, inspectDirectories } from '@ccbot/shared/config/paths';
import type { Loaded } from '@ccbot/shared/config/load';
import { faultText, type Fault } from '@ccbot/shared/faults/fault';
import type { Request } from './cli';
import { cluster } from './commands/cluster';
import type { CommandDeps } from './commands/deps';
import { doctor } from './commands/doctor';
import { initCommand } from './commands/init';
import { logs } from './commands/logs';
import { metrics } from './commands/metrics';
import { restart } from './commands/restart';
import { service } from './commands/service';
import { status } from './commands/status';
import { stop } from './commands/stop';
import type { Terminal } from './host';

/** Commands that show, or act on, what they find in the `CCBOT_DIR`: whom to ask, what to print, which process to stop. */
const BELIEVING: ReadonlySet<Request['run']> = new Set(['status', 'metrics', 'logs', 'restart', 'stop']);

/** Returns the exit code. */
export async function runCommand(
  request: Extract<
    Request,
    { run: 'status' | 'metrics' | 'logs' | 'restart' | 'stop' | 'service' | 'doctor' | 'init' | 'cluster' }
  >,
  loaded: Loaded,
  deps: Omit<CommandDeps, 'paths'>,
): Promise<number> {
  if (!loaded.ok && !loaded.isPlaced && request.run !== 'doctor') return refuse(loaded.faults, deps.terminal);
  // Other invalid settings are no obstacle: the user must still be able to see and stop a running ccbot.
  const all: CommandDeps = { ...deps, paths: loaded.paths };
  if (BELIEVING.has(request.run)) {
    const trouble = inspectDirectories(loaded.paths);
    if (trouble !== null) {
      deps.terminal.err.write(`ccbot: ${faultText(trouble)}\n`);
      return trouble.exit;
    }
  }
  switch (request.run) {
    case 'status':
      return status(request, all);
    case 'metrics':
      return metrics(request, all);
    case 'logs': {
      const trouble = ensureDirectories(loaded.paths);
      if (trouble === null) return logs(request, all);
      deps.terminal.err.write(`ccbot: ${faultText(trouble)}\n`);
      return trouble.exit;
    }
    case 'restart':
      return restart(all);
    case 'stop':
      return stop(all);
    case 'init':
      return initCommand(request, all);
    case 'doctor':
      return doctor(request, loaded, all);
    case 'cluster':
      return loaded.ok ? cluster(request, loaded, all) : refuse(loaded.faults, deps.terminal);
    case 'service': {
      return loaded.ok ? service(request, loaded, all) : refuse(loaded.faults, deps.terminal);
    }
  }
}

function refuse(faults: readonly Fault[], { err }: Pick<Terminal, 'err'>): number {
  for (const f of faults) err.write(`ccbot: ${faultText(f)}\n`);
  return faults[0]?.exit ?? 1;
}
