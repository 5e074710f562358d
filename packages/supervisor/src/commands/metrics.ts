import { EXIT } from '@ccbot/shared/protocol/exit-codes';
import { renderMetrics } from '../metrics/render';
import { inspect } from '../status/inspect';
import { renderStatus } from '../status/render';
import { NOT_ACTIVE, type CommandDeps } from './deps';

/** `ccbot metrics`: prints Prometheus text or one line of JSON. Returns 3, with the reason on stderr, if no supervisor answers. */
export async function metrics(request: { json: boolean }, deps: CommandDeps): Promise<number> {
  const found = await inspect(deps.paths);
  if (found.is !== 'supervised') {
    deps.terminal.err.write(renderStatus(found, deps.now()));
    return NOT_ACTIVE;
  }
  const families = found.report.metrics ?? [];
  deps.terminal.out.write(request.json ? `${JSON.stringify(families)}\n` : renderMetrics(families));
  return EXIT.ok;
}
