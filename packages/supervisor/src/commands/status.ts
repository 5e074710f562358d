import { askSupervisor } from '../status/client';
import { look, type Look } from '../status/look';
import { isActive, lookAsData, renderLook } from '../status/render';
import { NOT_ACTIVE, type CommandDeps } from './deps';

/** Clears the screen and goes to its top. */
const CLEAR = '\u001b[H\u001b[J';

/** `ccbot status`: 0 when the bot is polled, 3 otherwise. */
export async function status(request: { json: boolean; watch: boolean }, deps: CommandDeps): Promise<number> {
  const print = (found: Look): void => {
    if (request.json) deps.out.write(`${JSON.stringify(lookAsData(found))}\n`);
    else {
      const clear = request.watch && deps.out.isTTY === true && deps.env['TERM'] !== 'dumb' ? CLEAR : '';
      deps.out.write(`${clear}${renderLook(found, deps.now())}`);
    }
  };
  if (request.watch) {
    await askSupervisor(
      deps.paths.supervisorSocket,
      'watch',
      (answer) => {
        if (answer.type === 'report') print({ is: 'supervised', report: answer.report });
        return false;
      },
      0,
    );
    // It ended, or never ran: the last word is what stands now.
  }
  const found = await look(deps.paths);
  print(found);
  return isActive(found) ? 0 : NOT_ACTIVE;
}
