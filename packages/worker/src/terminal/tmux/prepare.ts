import { reasonOf } from '@ccbot/shared/faults/fault';
import { carriedToAgents, isDecided, withheldNames } from '@ccbot/shared/environment/agents';
import type { LogFn } from '@ccbot/shared/log/logger';
import type { Channel } from './channel';
import { HOME_NAME_OPTION, HOME_OWNER_OPTION } from './home';
import type { TmuxOptions } from './state';

/** Name of the subscription that reports that a pane's program ended, or that another one was started in it. */
export const PROGRAMS = 'ccbot-programs';

/** The least history of our windows, lines; agents print much. */
const HISTORY = 10_000;

/** The session option that holds the process id of our control client. */
const CLIENT = '@ccbot_client';

/** Puts our tmux session (`target`), and nothing else on the server, into the state that we need. */
export async function prepareSession(
  channel: Channel,
  target: string,
  { session, owner, env, withheld }: TmuxOptions,
): Promise<void> {
  const [server = [], own = [], [history = ''] = []] = await channel.run(
    ['show-environment', '-g'],
    ['show-environment', '-t', target],
    ['show-options', '-g', '-v', 'history-limit'],
  );
  await channel.run(
    ...environmentCommands(variablesOf(server), variablesOf(own), { env, withheld }).map(
      ([flag, ...words]) => ['set-environment', '-t', target, ...(flag === '' ? [] : [flag]), ...words],
    ),
    ['set-option', '-t', target, HOME_OWNER_OPTION, owner],
    ['set-option', '-t', target, HOME_NAME_OPTION, session],
    ['set-option', '-t', target, CLIENT, String(channel.pid)],
    // A user's `destroy-unattached on` would end all agents together with this client.
    ['set-option', '-t', target, 'destroy-unattached', 'off'],
    ...(Number(history) < HISTORY ? [['set-option', '-t', target, 'history-limit', String(HISTORY)]] : []),
    // A pane-died hook notifies no control client. A subscription does, on the server's own tick, once a second.
    ['refresh-client', '-B', `${PROGRAMS}:%*:#{pane_pid} #{pane_dead}`],
  );
}

/**
 * The variables in lines of `NAME=value`, and of `-NAME` for one that is removed. A line that a value continues on counts
 * as one if it looks like one.
 */
function variablesOf(lines: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    lines.flatMap((line) => {
      if (line.startsWith('-')) return [[line.slice(1), '']];
      const end = line.indexOf('=');
      return end < 1 ? [] : [[line.slice(0, end), line.slice(end + 1)]];
    }),
  );
}

/**
 * Options and arguments of `set-environment`. A server that somebody else started has their environment, possibly with
 * the token in it, or with another home of an agent than the one in which we look for its files. Only our session (`own`)
 * gets ours, and what an earlier worker left in it is taken back.
 */
function environmentCommands(
  server: Readonly<Record<string, string>>,
  own: Readonly<Record<string, string>>,
  { env, withheld = {} }: { env: NodeJS.ProcessEnv; withheld: TmuxOptions['withheld'] },
): [flag: '-r' | '-u' | '', ...words: string[]][] {
  const { values, absent } = carriedToAgents(env, server);
  const removed = new Set([...withheldNames(server, withheld), ...absent]);
  const old = Object.keys(own).filter((name) => isDecided(name) && !(name in values) && !removed.has(name));
  return [
    ...old.map((name) => ['-u', name] as const),
    ...[...removed].map((name) => ['-r', name] as const),
    ...Object.entries(values).map(([name, value]) => ['', name, value] as const),
  ].map((words) => [...words]);
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
