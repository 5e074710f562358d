import { EXIT } from '@ccbot/shared/protocol/exit-codes';
import { renderMetrics } from '../metrics/render';
import { look } from '../status/look';
import { renderLook } from '../status/render';
import { NOT_ACTIVE, type CommandDeps } from './deps';

/** `ccbot metrics`: Prometheus text, or one line of JSON, on standard output; 3 and the reason on stderr when no supervisor answers. */
export async function metrics(request: { json: boolean }, deps: CommandDeps): Promise<number> {
  const found = await look(deps.paths);
  if (found.is !== 'supervised') {
    deps.err.write(renderLook(found, deps.now()));
    return NOT_ACTIVE;
  }
  const families = found.report.metrics ?? [];
  deps.out.write(request.json ? `${JSON.stringify(families)}\n` : renderMetrics(families));
  return EXIT.ok;
}
