import type { Request } from '../cli';
import type { CommandDeps } from './deps';

/** `ccbot service`. */
export async function service(
  _request: Extract<Request, { run: 'service' }>,
  deps: CommandDeps,
): Promise<number> {
  deps.err.write('ccbot: service is not there yet\n');
  return Promise.resolve(1);
}
