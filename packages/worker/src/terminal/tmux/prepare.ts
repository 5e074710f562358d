import { reasonOf } from '@ccbot/shared/faults/fault';
import type { LogFn } from '@ccbot/shared/log/logger';
import type { Channel } from './channel';
import { HOME_NAME_OPTION, HOME_OWNER_OPTION } from './home';
import { protectSession } from './protect';
import type { TmuxOptions } from './state';

/** Name of the subscription that reports that a pane's program ended, or that another one was started in it. */
export const PROGRAMS = 'ccbot-programs';

/** The session option that holds the process id of our control client. */
const CLIENT = '@ccbot_client';

/** Puts our tmux session (`target`), and nothing else on the server, into the state that we need. */
export async function prepareSession(channel: Channel, target: string, options: TmuxOptions): Promise<void> {
  await protectSession(channel.run, target, options);
  await channel.run(
    ['set-option', '-t', target, HOME_OWNER_OPTION, options.owner],
    ['set-option', '-t', target, HOME_NAME_OPTION, options.session],
    ['set-option', '-t', target, CLIENT, String(channel.pid)],
    // A pane-died hook notifies no control client. A subscription does, on the server's own tick, once a second.
    ['refresh-client', '-B', `${PROGRAMS}:%*:#{pane_pid} #{pane_dead}`],
  );
}

/** Kills the control client of an earlier worker: one that is stopped or blocked would freeze the agents. */
export async function endLeftOver(channel: Channel, target: string, log: LogFn): Promise<void> {
  const [[recorded = ''] = [], clients = []] = await channel.run(
    ['show-options', '-v', '-q', '-t', target, CLIENT],
    ['list-clients', '-F', '#{client_pid} #{client_control_mode}'],
  );
  const pid = Number(recorded);
  if (!Number.isInteger(pid) || pid <= 1 || pid === channel.pid) return;
  // The system may have reused the number: tmux must know the process as a control client.
  if (!clients.includes(`${pid} 1`)) return;
  log('warn', 'left-over tmux client killed', { pid });
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    log('info', 'left-over tmux client already gone', { reason: reasonOf(error) });
  }
}
