import { EXIT } from '@ccbot/shared/protocol/exit-codes';
import { renderMetrics } from '../metrics/render';
import { look } from '../status/look';
import { renderLook } from '../status/render';
import { NOT_ACTIVE, type CommandDeps } from './deps';

/** `ccbot metrics`: Prometheus text on standard output; 3 and the reason on stderr when no supervisor answers. */
export async function metrics(deps: CommandDeps): Promise<number> {
  const found = await look(deps.paths);
  if (found.is !== 'supervised') {
    deps.err.write(renderLook(found, deps.now()));
    return NOT_ACTIVE;
  }
  deps.out.write(renderMetrics(found.report.metrics ?? []));
  return EXIT.ok;
}
