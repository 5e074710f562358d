import { askSupervisor } from '../status/client';
import { inspect, type InstanceStatus } from '../status/inspect';
import { isActive, statusAsData, renderStatus } from '../status/render';
import { NOT_ACTIVE, type CommandDeps } from './deps';

/** Clears the screen and moves the cursor to its top. */
const CLEAR = '\u001b[H\u001b[J';

/** `ccbot status`: returns 0 if ccbot polls the bot or stands by for another machine, 3 otherwise. */
export async function status(request: { json: boolean; watch: boolean }, deps: CommandDeps): Promise<number> {
  const print = (found: InstanceStatus): void => {
    if (request.json) deps.terminal.out.write(`${JSON.stringify(statusAsData(found))}\n`);
    else {
      const clear =
        request.watch && deps.terminal.out.isTTY === true && deps.host.env['TERM'] !== 'dumb' ? CLEAR : '';
      deps.terminal.out.write(`${clear}${renderStatus(found, deps.now())}`);
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
    // The supervisor has ended or was not running; the current state is printed below.
  }
  const found = await inspect(deps.paths);
  print(found);
  return isActive(found) ? 0 : NOT_ACTIVE;
}
