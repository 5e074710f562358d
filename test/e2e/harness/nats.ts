import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { until } from './until';

/** Path of a NATS server; null when none is installed, in which case `npm test` says that it skips the tests. */
export function natsProgram(): string | null {
  const paths = [
    process.env['NATS_SERVER'],
    '/usr/sbin/nats-server',
    '/usr/local/bin/nats-server',
    '/usr/bin/nats-server',
  ];
  return paths.find((path): path is string => path !== undefined && existsSync(path)) ?? null;
}

/** A NATS server of a test's own. */
export interface Nats {
  url: string;
  port: number;
  child(): ChildProcess;
  /** Kills it, and resolves when it is gone. */
  kill(): Promise<void>;
  /** Starts it again, on the same port and data. */
  start(): Promise<void>;
  /** Deletes its data, while it does not run. */
  loseData(): void;
  close(): Promise<void>;
}

export interface NatsOptions {
  /** Lines of its configuration, such as users. */
  config?: string;
  /** False: without JetStream. */
  jetstream?: boolean;
  /** Added to its environment. */
  env?: Record<string, string>;
}

/** Starts a server on loopback, with its data below `dir`. */
export async function startNats(dir: string, options: NatsOptions = {}): Promise<Nats> {
  const program = natsProgram();
  if (program === null) throw new Error('nats-server is missing: install Debian’s package of this name');
  const folder = join(dir, `nats-${Math.random().toString(36).slice(2, 8)}`);
  const data = join(folder, 'data');
  mkdirSync(data, { recursive: true });
  const port = await freePort();
  const config = join(folder, 'server.conf');
  const jetstream = options.jetstream === false ? '' : `jetstream { store_dir: ${JSON.stringify(data)} }`;
  writeFileSync(config, `listen: "127.0.0.1:${port}"\n${jetstream}\n${options.config ?? ''}\n`);
  let child: ChildProcess;
  let exited: Promise<void> = Promise.resolve();

  async function start(): Promise<void> {
    const env = { ...process.env, ...options.env };
    const begun = spawn(program ?? '', ['-c', config], { stdio: 'ignore', cwd: folder, env });
    child = begun;
    exited = new Promise((resolve) => begun.once('exit', () => resolve()));
    await until(
      () => accepts(port),
      () => `nats-server does not listen on ${port}`,
      10_000,
    );
  }

  async function kill(): Promise<void> {
    child.kill('SIGKILL');
    await exited;
  }

  await start();
  return {
    url: `nats://127.0.0.1:${port}`,
    port,
    child: () => child,
    kill,
    start,
    loseData() {
      // Moved away first: a server that runs would make files in a directory while it is being removed.
      const lost = `${data}-lost`;
      renameSync(data, lost);
      mkdirSync(data);
      rmSync(lost, { recursive: true, force: true });
    },
    close: kill,
  };
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const done = (is: boolean) => (): void => {
      socket.destroy();
      resolve(is);
    };
    socket.once('connect', done(true)).once('error', done(false));
  });
}
