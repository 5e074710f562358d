import { spawn, spawnSync, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../clock';
import type { Isolation } from './isolation';
import type { Way } from './relay';

/** Where the programs of one machine run. */
export interface Place {
  /** The addresses at which this machine reaches the services. */
  addresses: { telegram: string; cluster: string };
  spawn(argv: readonly string[], options: SpawnOptions & { cwd: string }): ChildProcess;
  run(argv: readonly string[]): string;
  /** Drops all packets of this way; null: this place has no network of its own. */
  drop: ((service: Service, ways: readonly Way[]) => void) | null;
  restore(service: Service): void;
  close(): void;
}

export const SERVICES = ['telegram', 'cluster'] as const;
export type Service = (typeof SERVICES)[number];

/** Nobody has this address, so what is sent there is lost without a word. */
const NOBODY = '02:00:00:00:00:99';

/** A real machine's first process reaps those that lost their parent. */
const INIT = 'while :; do sleep 1000 & wait; done';

/** Gives the machine a /tmp of its own, in which only the clone and its own folder are seen. */
const OWN_TMP = `set -e
for path in "$1" "$2"; do
  case $path in /tmp/*) mkdir -p "$3/\${path#/tmp/}"; mount --bind "$path" "$3/\${path#/tmp/}";; esac
done
mount --rbind "$3" /tmp`;

/** A machine on the loopback address of this one. */
export function sharedPlace(): Place {
  return {
    addresses: { telegram: '127.0.0.1', cluster: '127.0.0.1' },
    spawn: (argv, options) => spawn(argv[0] ?? '', argv.slice(1), options),
    run: (argv) => output(argv),
    drop: null,
    restore: () => undefined,
    close: () => undefined,
  };
}

/** Machine number `n`, from 1, in namespaces of its own; it may see `clone` and `folder` only below /tmp. */
export async function ownPlace(
  n: number,
  { clone, folder, isolation }: { clone: string; folder: string; isolation: Isolation },
): Promise<Place> {
  const time = isolation.time
    ? ['--time', '--monotonic', `${n * 90_000}`, '--boottime', `${n * 180_000}`]
    : [];
  const flags = ['--mount', '--net', '--pid', '--fork', '--kill-child', '--mount-proc', ...time];
  const holder = spawn('unshare', [...flags, 'sh', '-c', INIT], { stdio: 'ignore' });
  const init = (): string => childOf(holder.pid ?? 0);
  if (!(await until(() => init() !== '', 5_000))) throw new Error('no namespaces for a machine');
  const enter = ['nsenter', '-t', init(), '-m', '-n', '-p', ...(isolation.time ? ['-T'] : []), '--'];
  const tmp = join(folder, 'tmp');
  mkdirSync(tmp);
  chmodSync(tmp, 0o1777);
  output([...enter, 'sh', '-c', OWN_TMP, 'sh', clone, folder, tmp]);
  output([...enter, 'ip', 'link', 'set', 'lo', 'up']);
  for (const service of SERVICES) connectMachine(n, service, init(), enter);
  const macs = Object.fromEntries(
    SERVICES.map((service) => [
      service,
      {
        here: macOf(['ip', 'link', 'show', deviceOf(n, service)]),
        there: macOf([...enter, 'ip', 'link', 'show', service]),
      },
    ]),
  ) as Record<Service, { here: string; there: string }>;
  const send = (service: Service, way: Way, mac: string): void => {
    const { here, there } = addressesOf(n, service);
    const command = (to: string, device: string): string[] => [
      ...['ip', 'neigh', 'replace', to, 'lladdr', mac, 'dev', device, 'nud', 'permanent'],
    ];
    if (way === 'out') output([...enter, ...command(here, service)]);
    else output(command(there, deviceOf(n, service)));
  };
  return {
    addresses: {
      telegram: addressesOf(n, 'telegram').here,
      cluster: addressesOf(n, 'cluster').here,
    },
    spawn: (argv, { cwd, ...options }) =>
      spawn('nsenter', [...enter.slice(1), 'sh', '-c', 'cd "$0" && exec "$@"', cwd, ...argv], options),
    run: (argv) => output([...enter, ...argv]),
    drop: (service, ways) => {
      for (const way of ways) send(service, way, NOBODY);
    },
    restore(service) {
      send(service, 'out', macs[service].here);
      send(service, 'in', macs[service].there);
    },
    close: () => void holder.kill('SIGKILL'),
  };
}

const deviceOf = (n: number, service: Service): string => `${service}${n}`;

/** The two ends of a machine's cable to a service. */
function addressesOf(n: number, service: Service): { here: string; there: string } {
  const net = `10.${service === 'telegram' ? 77 : 78}.${n}`;
  return { here: `${net}.1`, there: `${net}.2` };
}

function connectMachine(n: number, service: Service, init: string, enter: readonly string[]): void {
  const device = deviceOf(n, service);
  const { here, there } = addressesOf(n, service);
  output(['ip', 'link', 'add', device, 'type', 'veth', 'peer', 'name', service, 'netns', init]);
  output(['ip', 'addr', 'add', `${here}/30`, 'dev', device]);
  output(['ip', 'link', 'set', device, 'up']);
  output([...enter, 'ip', 'addr', 'add', `${there}/30`, 'dev', service]);
  output([...enter, 'ip', 'link', 'set', service, 'up']);
}

function macOf(argv: readonly string[]): string {
  return /link\/ether (\S+)/.exec(output(argv))?.[1] ?? '';
}

/** The only child of a process; empty when there is none. */
function childOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  } catch {
    return ''; // it has exited
  }
}

/** Runs a command. Throws with its error output when it fails. */
function output([program = '', ...args]: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${[program, ...args].join(' ')}: ${stderr}`);
  return stdout;
}
