import { reasonOf } from '@ccbot/shared/faults/fault';
import { isOwn } from '../environment';
import type { Channel } from './channel';

/** Name of the subscription that tells which panes are dead. */
export const DEATHS = 'ccbot-dead';

/** Lines of history in our windows where the user's own setting is less; agents print much. */
const HISTORY = 10_000;

/** The session option that holds the process id of our control client. */
const CLIENT = '@ccbot_client';

/** Puts our session (`here`, as a target), and nothing else on the server, into the state we need. */
export async function prepareSession(
  channel: Channel,
  here: string,
  ownVariables: readonly RegExp[],
): Promise<void> {
  const [environment = [], [history = ''] = []] = await channel.run(
    ['show-environment', '-g'],
    ['show-options', '-g', '-v', 'history-limit'],
  );
  // A server that somebody else started has their environment, maybe with the token in it.
  const secrets = environment
    .map((line) => line.split('=', 1)[0] ?? '')
    .filter((variable) => isOwn(variable, ownVariables));
  await channel.run(
    ...[...new Set(secrets)].map((key) => ['set-environment', '-t', here, '-r', key]),
    ['set-option', '-t', here, CLIENT, String(channel.pid)],
    // A user's `destroy-unattached on` would end all agents with this client.
    ['set-option', '-t', here, 'destroy-unattached', 'off'],
    ...(Number(history) < HISTORY ? [['set-option', '-t', here, 'history-limit', String(HISTORY)]] : []),
    // What a pane-died hook runs notifies no control client; the server's own tick, once a second, does.
    ['refresh-client', '-B', `${DEATHS}:%*:#{pane_dead}`],
  );
}

/** Ends the control client of an earlier worker: one that is stopped or blocked would freeze the agents. */
export async function endLeftOver(
  channel: Channel,
  options: {
    here: string;
    log(level: 'info' | 'warn', text: string, meta?: Record<string, unknown>): void;
  },
): Promise<void> {
  const { here, log } = options;
  const [[recorded = ''] = [], clients = []] = await channel.run(
    ['show-options', '-v', '-q', '-t', here, CLIENT],
    ['list-clients', '-F', '#{client_pid} #{client_control_mode}'],
  );
  const left = Number(recorded);
  if (!Number.isInteger(left) || left <= 1 || left === channel.pid) return;
  // Only a pid that tmux itself knows as a control client: it may have been reused.
  if (!clients.includes(`${left} 1`)) return;
  log('warn', 'a left-over tmux client is ended', { pid: left });
  try {
    process.kill(left, 'SIGKILL');
  } catch (error) {
    log('info', 'it was gone already', { reason: reasonOf(error) });
  }
}
