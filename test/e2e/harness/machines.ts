import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TMUX } from '@ccbot/shared/fixtures/tmux';
import { botSays } from './chat';
import { startNats, type Nats, type NatsOptions } from './nats';
import { leaveFreeLease } from './nats-lease';
import {
  prepareSystem,
  startSupervisor,
  stopSupervisors,
  workerPid,
  type Supervisor,
  type System,
} from './system';
import { until } from './until';

/** One machine of a cluster: its own state, home and tmux, on the same loopback. */
export interface Machine {
  host: string;
  env: Record<string, string>;
  project: string;
  ccbotDir: string;
  /** The supervisor that was started last. */
  supervisor(): Supervisor;
  supervise(): Supervisor;
  /** SIGTERM; resolves when it has ended. */
  stop(): Promise<void>;
  /** SIGKILL for the supervisor and the worker, as when the machine loses power. */
  kill(): Promise<void>;
  /** The worker's log. */
  log(): string;
  /** How often it has joined the cluster. */
  joins(): number;
  /** Resolves when it has joined more than `before` times. */
  joined(before?: number): Promise<void>;
  /** The epochs with which it polled, oldest first. */
  epochs(): number[];
  /** The names of its windows, in one text. */
  windows(): string;
  tmux(...args: string[]): string;
}

/** Several machines with one bot and one NATS server. */
export interface Machines {
  system: System;
  nats: Nats;
  machines: Machine[];
  /** The machine that took the lease last. */
  poller(): Machine;
  /** Resolves with the machine that polls, when its epoch is later than `epoch`. */
  pollerAfter(epoch: number): Promise<Machine>;
  /** The latest epoch. */
  epoch(): number;
  /** Starts all machines, and resolves when they have joined. The first one polls. */
  start(): Promise<Machine[]>;
  /** Starts a shell on a machine by way of the chat. */
  startShell(machine: Machine, name: string): Promise<void>;
  stop(): Promise<void>;
}

export interface MachinesOptions {
  settings?: Record<string, string>;
  script?: unknown;
  /** True: nobody has used the cluster before, so the first machine polls only after the length of a lease. */
  isNew?: boolean;
}

/** Runs a test on machines of its own, which may be one of several that run at the same time. */
export async function withMachines(
  hosts: readonly string[],
  test: (cluster: Machines) => Promise<void>,
  options: NatsOptions & MachinesOptions = {},
): Promise<void> {
  const cluster = await prepareMachines(hosts, options);
  try {
    await test(cluster);
  } finally {
    await cluster.stop();
  }
}

export async function prepareMachines(
  hosts: readonly string[],
  options: NatsOptions & MachinesOptions = {},
): Promise<Machines> {
  const system = await prepareSystem({
    settings: { CLAUDE_COMMAND: 'no-such-agent', SHELL: '/bin/bash' },
    installHooks: false,
    ...(options.script === undefined ? {} : { script: options.script }),
  });
  const nats = await startNats(system.dir, options);
  if (options.isNew !== true) await leaveFreeLease(nats.url, system.telegram.token);
  const supervisors: Supervisor[] = [];
  const machines = hosts.map((host, i) =>
    machineOf(
      system,
      host,
      apiRootOf(system, i),
      { CCBOT_CLUSTER_URL: nats.url, ...options.settings },
      supervisors,
    ),
  );
  const epoch = (): number => Math.max(0, ...machines.flatMap((machine) => machine.epochs()));
  const poller = (): Machine => {
    const found = machines.find((machine) => machine.epochs().at(-1) === epoch() && epoch() > 0);
    if (found === undefined) throw new Error('no machine has polled');
    return found;
  };
  const pollerAfter = async (before: number): Promise<Machine> => {
    await until(
      () => epoch() > before,
      () => logsOf(machines),
    );
    return poller();
  };
  return {
    system,
    nats,
    machines,
    poller,
    epoch,
    pollerAfter,
    async start() {
      const [first, ...others] = machines;
      first?.supervise();
      expect((await pollerAfter(0)).host).toBe(first?.host);
      for (const machine of others) machine.supervise();
      for (const machine of machines) await machine.joined();
      return machines;
    },
    async startShell({ host, project }, name) {
      system.telegram.owner.say(`/new ${host}:@shell ${project}/ bash --norc -i`);
      await botSays(system, `bash · ${host}`);
      system.telegram.owner.say(`/rename ${name}`);
      await botSays(system, `${name} · ${host}`);
    },
    async stop() {
      await stopSupervisors(supervisors);
      for (const machine of machines) machine.tmux('kill-server');
      await nats.close();
      await system.stop();
    },
  };
}

/**
 * The sandbox under another spelling of the loopback address for each machine. All of them run on one host here, where
 * the lock of the token would let one of them run only; the address of the server is part of its name.
 */
function apiRootOf({ telegram }: System, machine: number): string {
  const spelling = ['127.0.0.1', '127.1', '127.0.1', '0x7f.1', '0x7f.0.1'][machine];
  if (spelling === undefined) throw new Error('there are not so many spellings of 127.0.0.1');
  return telegram.apiRoot.replace('127.0.0.1', spelling);
}

function machineOf(
  system: System,
  host: string,
  apiRoot: string,
  settings: Record<string, string>,
  supervisors: Supervisor[],
): Machine {
  const dir = join(system.dir, host);
  const home = join(dir, 'home');
  const project = join(dir, 'project');
  for (const path of [home, project]) mkdirSync(path, { recursive: true });
  const ccbotDir = join(dir, 'ccbot');
  const socket = `ccbot-e2e-${randomBytes(6).toString('hex')}`;
  const env: Record<string, string> = {
    ...system.env,
    HOME: home,
    CCBOT_DIR: ccbotDir,
    CCBOT_TMUX_SOCKET: socket,
    CCBOT_HOST: host,
    TELEGRAM_API_ROOT: apiRoot,
    CCBOT_RESTART_BACKOFF: '0.1',
    ...settings,
  };
  let current: Supervisor | undefined;
  const supervisor = (): Supervisor => {
    if (current === undefined) throw new Error(`${host} was never started`);
    return current;
  };
  const log = (): string => {
    const path = join(ccbotDir, 'logs/worker.log');
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  };
  const joins = (): number => log().split('"joined the cluster"').length - 1;
  const tmux = (...args: string[]): string =>
    spawnSync(TMUX, ['-L', socket, ...args], {
      encoding: 'utf8',
      env: { PATH: '/usr/bin:/bin', HOME: home },
    }).stdout;
  return {
    host,
    env,
    project,
    ccbotDir,
    supervisor,
    joins,
    joined: (before = 0) =>
      until(
        () => joins() > before,
        () => `${host}: ${log()}\n${printed(supervisor)}`,
      ),
    windows: () => tmux('list-windows', '-a', '-F', '#{window_name}'),
    supervise() {
      current = startSupervisor({ env, project, programs: system.programs });
      supervisors.push(current);
      return current;
    },
    async stop() {
      supervisor().child.kill('SIGTERM');
      await supervisor().exited;
    },
    async kill() {
      const pid = workerPid(supervisor());
      supervisor().child.kill('SIGKILL');
      process.kill(pid, 'SIGKILL');
      await supervisor().exited;
      await until(() => !existsSync(`/proc/${pid}`));
    },
    log,
    epochs: () =>
      log()
        .split('\n')
        .filter((line) => line.includes('"this machine polls"'))
        .map((line) => (JSON.parse(line) as { epoch: number }).epoch),
    tmux,
  };
}

function printed(supervisor: () => Supervisor): string {
  try {
    return supervisor().output().slice(-2_000);
  } catch {
    return 'not started';
  }
}

function logsOf(machines: readonly Machine[]): string {
  return machines
    .map(({ host, log, supervisor }) => {
      return `== ${host}\n${log().slice(-3_000)}\n-- supervisor\n${printed(supervisor)}`;
    })
    .join('\n');
}
