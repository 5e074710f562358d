import { checkOf, type Check } from '@ccbot/shared/doctor/check';
import { oneLine } from '@ccbot/shared/one-line';
import { DEATH_SIGNAL } from '@ccbot/shared/programs/death-signal';
import type { Manager } from '../service/manager';
import type { DoctorDeps, Finding } from './deps';

/** A program that ccbot runs beside tmux and the agents. */
interface Helper {
  name: string;
  /** The systems that have it. */
  on: readonly NodeJS.Platform[];
  /** Only where this service manager starts ccbot. */
  service?: Manager['kind'];
  /** The arguments of a run that changes nothing and needs what ccbot needs. */
  args: readonly string[];
  /** What is different without it. */
  without: string;
  todo: string;
}

const UTIL_LINUX = 'Install util-linux, whose version has the option; BusyBox has not.';

/** Programs whose absence ccbot survives. Service managers, speech and agents have checks of their own. */
const HELPERS: readonly Helper[] = [
  {
    name: 'setpriv',
    on: ['linux'],
    args: [...DEATH_SIGNAL.slice(1), 'true'],
    without: 'a worker notices the end of its supervisor by polling, 250 ms later',
    todo: UTIL_LINUX,
  },
  {
    name: 'prlimit',
    on: ['linux'],
    args: ['--core'],
    without: 'core dumps of ccbot keep their size limit; they still leave its memory out',
    todo: UTIL_LINUX,
  },
  {
    name: 'systemd-notify',
    on: ['linux'],
    service: 'systemd',
    args: ['--version'],
    without: 'systemd shows the service as starting for as long as it runs, and does not watch over it',
    todo: 'Install it; it is a part of systemd.',
  },
  {
    name: 'ps',
    on: ['darwin', 'freebsd', 'openbsd'],
    args: ['-axo', 'pid=,ppid=,comm='],
    without: 'an agent that runs inside another one may report as a session of its own',
    todo: 'Install it (procps).',
  },
];

/** Runs each helper once: one that is installed may be too old, or another program of the same name. */
export async function examinePrograms(
  { run, service }: Pick<DoctorDeps, 'run' | 'service'>,
  platform: NodeJS.Platform = process.platform,
): Promise<Finding> {
  const check = checkOf('programs', 'helper programs');
  const manager = service()?.kind;
  const used = HELPERS.filter((helper) => {
    return helper.on.includes(platform) && (helper.service === undefined || helper.service === manager);
  });
  const found = await Promise.all(used.map((helper) => examineHelper(helper, run)));
  const checks = found.filter((one) => one !== null);
  return { checks: checks.length > 0 ? checks : [check.ok(used.map(({ name }) => name).join(', '))] };
}

async function examineHelper(helper: Helper, run: DoctorDeps['run']): Promise<Check | null> {
  const { name, args, without, todo } = helper;
  const { code, stderr } = await run(name, args);
  if (code === 0) return null;
  const [first = ''] = stderr.trim().split('\n');
  const isMissing = code === 127 && (first === '' || first.includes('ENOENT'));
  const why = isMissing ? 'not installed' : oneLine(first || `exit code ${code}`, 200);
  return checkOf('programs', 'helper programs').warn(`${name} is not usable (${why}), so ${without}`, todo);
}
