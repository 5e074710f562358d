import { randomBytes } from 'node:crypto';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TMUX } from '@ccbot/shared/fixtures/tmux';
import { now } from '../clock';
import { aliveIn, isAlive } from '../watch';
import type { Place, Service } from './place';
import type { Relay, Slowness, Way } from './relay';

const root = process.env['CCBOT_ROOT'] ?? process.cwd();
const ccbot = join(root, 'packages/supervisor/bin/ccbot.js');
const hook = join(root, 'packages/worker/dist/hook.js');
const fixture = (name: string): string => join(root, 'test/chaos/fixtures', name);

/** The first moment after which a killed service is started again, ms, as a service manager does. */
export const RESTART_MS = 500;

/** The way of one machine to one service. */
export interface Link {
  cut(ways: readonly Way[]): void;
  slow(how: Slowness): void;
  heal(): void;
}

/** A session whose agent records what it receives. */
export interface ClusterSession {
  name: string;
  host: string;
  cwd: string;
  /** The numbers of the messages that its agent received, in order, and when, ms since the epoch. */
  received(): { n: number; at: number }[];
  /** The arrow keys that its agent received, in order. */
  arrows(): string[];
  /** Has its agent ask for permission. */
  ask(request: number): void;
  /** The decisions that its agent received, by request. */
  decisions(): { n: number; what: string }[];
}

/** One machine of the cluster: supervisor, worker, tmux and agents, where only its own files, processes and ways are. */
export interface ChaosMachine {
  readonly host: string;
  readonly dir: string;
  readonly relays: Readonly<Record<Service, Relay>>;
  readonly links: Readonly<Record<Service, Link>>;
  readonly sessions: ClusterSession[];
  /** The folder of a new session. */
  project(name: string): string;
  /** Starts `ccbot supervise` now; `end` resolves with its exit code or the name of the signal. */
  supervise(): { end: Promise<number | string> };
  pids(role: 'supervisor' | 'worker'): number[];
  /** Sends a signal to what runs; a process that has just exited on its own counts as signalled. */
  signal(signal: NodeJS.Signals, ...roles: ('supervisor' | 'worker')[]): void;
  /** When its worker or its way to Telegram was not as it should be, ms of the monotonic clock; `to` absent: still. */
  readonly troubles: readonly Trouble[];
  /** Shifts its wall clock, ms from the real time. */
  setClock(shiftMs: number): void;
  /** The worker's log, with that of earlier workers. */
  log(): string;
  /** The last output of its supervisors. */
  output(): string;
  /** Kills everything but what it sent. */
  close(): void;
}

/** A time in which a machine may lose what it does not store. */
interface Trouble {
  from: number;
  to?: number;
}

export interface MachineSetup {
  host: string;
  /** Contains everything of this machine. */
  folder: string;
  place: Place;
  relays: Record<Service, Relay>;
  /** For the cluster, `user:password`. */
  credentials: string;
  /** Settings that all machines have. */
  env: Record<string, string>;
}

export function createMachine(setup: MachineSetup): ChaosMachine {
  const { host, folder, place, relays } = setup;
  const dir = join(folder, 'ccbot');
  const home = join(folder, 'home');
  for (const path of [dir, home]) mkdirSync(path, { mode: 0o700 });
  const socket = `ccbot-cluster-${randomBytes(5).toString('hex')}`;
  const files = { inside: join(folder, 'inside.json'), clock: join(folder, 'clock') };
  const creds = join(folder, 'creds');
  writeFileSync(creds, `${setup.credentials}\n`, { mode: 0o600 });
  const env: Record<string, string> = {
    ...setup.env,
    HOME: home,
    NODE_OPTIONS: `--require=${fixture('inside.cjs')}`,
    CHAOS_INSIDE: files.inside,
    CHAOS_CLOCK: files.clock,
    TELEGRAM_API_ROOT: `http://${place.addresses.telegram}:${relays.telegram.port}`,
    CCBOT_CLUSTER_URL: `nats://${place.addresses.cluster}:${relays.cluster.port}`,
    CCBOT_CLUSTER_CREDS: creds,
    CCBOT_HOST: host,
    CCBOT_TMUX_SOCKET: socket,
    CLAUDE_COMMAND: `${process.execPath} ${fixture('answering-agent.mjs')} notes ${hook}`,
  };
  const children = new Set<ChildProcess>();
  let output = '';

  const pids: ChaosMachine['pids'] = (role) => aliveIn(dir).flatMap((a) => (a.role === role ? [a.pid] : []));
  const troubles: Trouble[] = [];
  const endTrouble = (): void => {
    for (const trouble of troubles) trouble.to ??= now();
  };
  const signal: ChaosMachine['signal'] = (name, ...roles) => {
    if (name === 'SIGCONT') endTrouble();
    else if (name !== 'SIGUSR2')
      troubles.push(name === 'SIGSTOP' ? { from: now() } : { from: now(), to: now() });
    for (const pid of roles.flatMap(pids)) if (isAlive(pid)) process.kill(pid, name);
  };
  const linkOf = (service: Service): Link => ({
    cut(ways) {
      if (service === 'telegram') troubles.push({ from: now() });
      if (place.drop === null) relays[service].cut(ways);
      else place.drop(service, ways);
    },
    slow(how) {
      if (service === 'telegram') troubles.push({ from: now() });
      relays[service].slow(how);
    },
    heal() {
      if (service === 'telegram') endTrouble();
      place.restore(service);
      relays[service].heal();
    },
  });

  return {
    host,
    dir,
    relays,
    links: { telegram: linkOf('telegram'), cluster: linkOf('cluster') },
    sessions: [],
    project(name) {
      const cwd = join(folder, `project-${name}`);
      mkdirSync(cwd);
      return cwd;
    },
    supervise() {
      // Not in the environment of what enters the namespaces: processes are found by it.
      const child = place.spawn(['env', `CCBOT_DIR=${dir}`, process.execPath, ccbot, 'supervise'], {
        env,
        cwd: folder,
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      children.add(child);
      child.stderr?.on('data', (text: Buffer) => (output = (output + text.toString()).slice(-3_000)));
      return {
        end: new Promise((resolve) =>
          child.once('close', (code, name) => {
            children.delete(child);
            resolve(code ?? name ?? '?');
          }),
        ),
      };
    },
    pids,
    signal,
    troubles,
    setClock(shiftMs) {
      replaceFile(files.clock, String(shiftMs));
      replaceFile(files.inside, JSON.stringify({ do: 'clock' }));
      signal('SIGUSR2', 'supervisor', 'worker');
    },
    log: () => ['worker.1.log', 'worker.log'].map((name) => textOf(join(dir, 'logs', name))).join(''),
    output: () => output,
    close() {
      signal('SIGKILL', 'supervisor', 'worker');
      for (const child of children) child.kill('SIGKILL');
      try {
        place.run([TMUX, '-L', socket, 'kill-server']);
      } catch {
        // it has never been started
      }
      place.close();
      for (const relay of Object.values(relays)) relay.close();
    },
  };
}

export function createSession(machine: ChaosMachine, name: string): ClusterSession {
  const cwd = machine.project(name);
  const lines = (file: string): string[][] =>
    textOf(join(cwd, file))
      .split('\n')
      .filter(Boolean)
      .map((line) => line.split(' '));
  const session: ClusterSession = {
    name,
    host: machine.host,
    cwd,
    received: () => lines('notes').map(([n, at]) => ({ n: Number(n), at: Number(at) })),
    arrows: () => lines('keys').map(([arrow = '']) => arrow),
    ask: (request) => replaceFile(join(cwd, 'ask'), String(request)),
    decisions: () => lines('decisions').map(([n, what = '']) => ({ n: Number(n), what })),
  };
  machine.sessions.push(session);
  return session;
}

function textOf(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

/** Writes another file and renames it, so that a reader gets either the old text or the new one. */
function replaceFile(path: string, text: string): void {
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}
