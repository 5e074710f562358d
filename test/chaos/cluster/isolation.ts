import { spawn, spawnSync } from 'node:child_process';

/** What keeps the machines of a run apart. */
export interface Isolation {
  /** Each machine has its own mount, pid and network namespace; otherwise they share the loopback address. */
  namespaces: boolean;
  /** Each machine also has its own time since its start. */
  time: boolean;
}

/** Set in the process that runs in namespaces of its own; the value says whether there are time namespaces. */
const INSIDE = 'CCBOT_CHAOS_INSIDE';

const OWN = ['--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];

/** What the run does in there. */
const PROBE =
  'ip link set lo up && ip link add probe1 type veth peer name probe2 && mount -t tmpfs probe /mnt';

/** The isolation of this process, once {@link isolated} has returned null. */
export function isolation(): Isolation {
  const inside = process.env[INSIDE];
  return { namespaces: inside !== undefined, time: inside === 'time' };
}

/**
 * Runs this program again in namespaces of its own, so that all that it creates ends with it, and resolves with its exit
 * code. Null: this process is the one that continues, because it is in there already, or because this is not allowed here.
 */
export async function isolated(): Promise<number | null> {
  if (process.env[INSIDE] !== undefined) {
    spawnSync('ip', ['link', 'set', 'lo', 'up']);
    // The first process of a pid namespace gets only the signals that it handles.
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
    return null;
  }
  const flags = allowedFlags();
  if (flags === null) return null;
  const time = spawnSync('unshare', [...flags, '--time', 'true']).status === 0;
  const argv = [...flags, process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  const child = spawn('unshare', argv, {
    stdio: 'inherit',
    env: { ...process.env, [INSIDE]: time ? 'time' : 'yes' },
  });
  return new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
}

/** The flags with which this user may create namespaces; null: it may not. */
function allowedFlags(): string[] | null {
  const found = [[], ['--user', '--map-root-user']].find(
    (user) => spawnSync('unshare', [...user, ...OWN, 'sh', '-c', PROBE]).status === 0,
  );
  return found === undefined ? null : [...found, ...OWN];
}
