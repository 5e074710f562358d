import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTelegram, type Sandbox } from '@ccbot/sandbox/telegram/server';
import { startNats, type Nats } from '../../e2e/harness/nats';
import { until } from '../../e2e/harness/until';
import { ccbot } from '../place';
import { argvOf, childrenOf } from '../proc';
import { delay, startWorld, type World } from '../world';
import { ownerOfPort } from '../../chaos/watch';

/** One machine: sessions that were opened while it was alone, and the programs that take part in the cluster now. */
export interface BenchMachine {
  host: string;
  world: World;
  /** Starts `ccbot supervise`; alone: without the cluster. */
  start(alone?: boolean): Promise<void>;
  supervisor(): number;
  worker(): number;
  log(): string;
  /** SIGTERM; resolves when it has ended. */
  stop(): Promise<void>;
  /** SIGKILL of supervisor and worker. */
  kill(): void;
}

export interface BenchCluster {
  telegram: Sandbox;
  nats: Nats;
  machines: BenchMachine[];
  /** Resolves with the time of the first poll of this machine after `since`, both of `performance.now()`, ms. */
  pollOf(machine: BenchMachine, since: number): Promise<number>;
  close(): Promise<void>;
}

export interface BenchClusterOptions {
  machines: number;
  /** Sessions of each machine. */
  sessions: number;
  /** The command that runs in each window. */
  agent: string;
}

/** Above the updates that the machines got from the servers on which their sessions were opened. */
const UPDATES_FROM = 1_000_000_000;

/** How long a start, a stop or a take-over may take, ms: many machines start on few cores. */
const LIMIT_MS = 120_000;

/** Prepares machines with their sessions; none of them runs. */
export async function prepareCluster(options: BenchClusterOptions): Promise<BenchCluster> {
  const folder = mkdtempSync(join(tmpdir(), 'ccbot-bench-cluster-'));
  const nats = await startNats(folder);
  const machines: BenchMachine[] = [];
  const polls: { at: number; host: string }[] = [];
  const onRequest = ({ url, socket }: IncomingMessage): boolean => {
    if (url?.endsWith('/getUpdates') === true) {
      const port = socket.remotePort ?? 0;
      const machine = machines.find((each) => ownerOfPort(port, workersOf(each)) !== null);
      if (machine !== undefined) polls.push({ at: performance.now(), host: machine.host });
    }
    return false;
  };
  let telegram: Sandbox | undefined;
  for (let i = 0; i < options.machines; i++) {
    const host = `m${i + 1}`;
    const world = await startWorld({
      agent: options.agent,
      people: 1,
      env: { CCBOT_HOST: host, CCBOT_MESSAGES_PER_MINUTE: '100000' },
      sessionPrefix: `${host}-`,
    });
    telegram ??= await startTelegram({
      token: world.telegram.token,
      owner: world.telegram.owner.user,
      stranger: world.telegram.stranger.user,
      remember: 5_000,
      extra: onRequest,
    });
    telegram.state.numberUpdates(UPDATES_FROM);
    await world.open(options.sessions);
    await world.quiet(500);
    process.kill(world.supervisor, 'SIGTERM');
    await until(() => !existsSync(`/proc/${world.supervisor}`), undefined, LIMIT_MS);
    await world.telegram.refuse(); // it is not needed any more
    machines.push(machineOf(host, world, apiRootOf(telegram, i), nats));
    process.stderr.write(`  ${host}: ${options.sessions} sessions\n`);
  }
  if (telegram === undefined) throw new Error('at least one machine is needed');
  const shared = telegram;
  return {
    telegram: shared,
    nats,
    machines,
    async pollOf({ host }, since) {
      const found = (): number | undefined => polls.find((poll) => poll.host === host && poll.at > since)?.at;
      await shared.waitFor(() => found() !== undefined, LIMIT_MS);
      return found() ?? NaN;
    },
    async close() {
      for (const machine of machines) machine.kill();
      for (const { world } of machines) await world.close();
      await nats.close();
      await shared.close();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function workersOf(machine: BenchMachine): number[] {
  try {
    return [machine.worker()];
  } catch {
    return []; // it does not run
  }
}

/**
 * The server under another spelling of its address for each machine: all of them run on one host here, where the lock of
 * the token would let one of them run only.
 */
function apiRootOf({ apiRoot }: Sandbox, i: number): string {
  return apiRoot.replace('127.0.0.1', `127.0.0.${'0'.repeat(i)}1`);
}

function machineOf(host: string, world: World, apiRoot: string, nats: Nats): BenchMachine {
  let child: ChildProcess | undefined;
  const supervisor = (): number => {
    if (child?.pid === undefined) throw new Error(`${host} was never started`);
    return child.pid;
  };
  const worker = (): number => {
    const found = childrenOf(supervisor()).find((pid) =>
      argvOf(pid).some((word) => /ccbot-worker/.test(word)),
    );
    if (found === undefined) throw new Error(`the worker of ${host} does not run`);
    return found;
  };
  const log = (): string => {
    const path = join(world.dir, 'logs/worker.log');
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  };
  const count = (text: string): number => log().split(text).length;
  return {
    host,
    world,
    supervisor,
    worker,
    log,
    async start(alone = false) {
      const [started, joined] = ['"sessions reconciled"', '"joined the cluster"'];
      const before = count(alone ? started : joined);
      child = spawn(process.execPath, [ccbot, 'supervise'], {
        cwd: join(world.dir, '..'),
        env: {
          ...world.env,
          TELEGRAM_API_ROOT: apiRoot,
          ...(alone ? {} : { CCBOT_CLUSTER_URL: nats.url }),
        },
        stdio: 'ignore',
      });
      await until(() => count(alone ? started : joined) > before, log, LIMIT_MS);
      await delay(200);
    },
    async stop() {
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
    kill() {
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
      for (const pid of [supervisor(), ...childrenOf(supervisor())]) process.kill(pid, 'SIGKILL');
    },
  };
}
