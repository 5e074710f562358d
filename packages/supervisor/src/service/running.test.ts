import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathsOf } from '@ccbot/shared/config/paths';
import { livingHolder } from '../status/inspect';
import { runningEnvironment } from '../status/running';
import { buildProgram, gone, openPlace, type Place } from '../fixtures/harness';
import { parsePlist } from '../fixtures/plist';

const program = buildProgram();
let place: Place;
const managers: ChildProcess[] = [];

beforeEach(async () => {
  place = await openPlace(program.path);
  writeFileSync(join(place.directory, '.env'), `TELEGRAM_BOT_TOKEN=${place.token}\nALLOWED_USERS=42\n`, {
    mode: 0o600,
  });
});
afterEach(async () => {
  for (const manager of managers.splice(0)) if (manager.exitCode === null) manager.kill('SIGKILL');
  const holder = livingHolder(join(place.directory, 'ccbot.lock'));
  if (holder !== null) process.kill(holder.pid, 'SIGKILL');
  await place.close();
});
afterAll(() => program.remove());

/** Polls until the condition holds, as there is no event for changes of the service manager's files. */
async function until(is: () => boolean): Promise<void> {
  while (!is()) await new Promise((resolve) => setTimeout(resolve, 10));
}

/** Hostile values of variables that a service carries. */
const CARRIED = {
  CLAUDE_CONFIG_DIR: `/home/it's $HOME/"a b"/50%/<&>`,
  HTTPS_PROXY: 'http://me:p%24$(x)@proxy:3128',
  SSL_CERT_DIR: '/a\nexit 1\n\\',
};

/** What reached the supervisor, as it says itself. */
async function reached(): Promise<void> {
  const running = await runningEnvironment(pathsOf(place.directory));
  expect(running?.variables).toMatchObject(CARRIED);
  expect(running?.secrets).toEqual([]);
}

/** The output of `ccbot service print` with this test's program instead of the real launcher. */
async function printed(kind: string): Promise<string> {
  const print = place.run(['service', 'print', '--kind', kind], {
    TELEGRAM_BOT_TOKEN: '',
    ALLOWED_USERS: '',
    ...CARRIED,
    ANTHROPIC_API_KEY: 'stays',
  });
  await print.end;
  return print.stdout().replace(/[^'>"]*\/bin\/ccbot\.js/g, program.path);
}

const holderPid = (): number => livingHolder(join(place.directory, 'ccbot.lock'))?.pid ?? 0;

const hasRunsv = spawnSync('runsv', []).error === undefined;
describe.each(
  hasRunsv ? ['runsv', join(__dirname, '../fixtures/runsv.sh')] : [join(__dirname, '../fixtures/runsv.sh')],
)('under %s', (runsv) => {
  it('restarts after a crash, and stays down after `ccbot stop`', async () => {
    const service = join(place.directory, 'service');
    mkdirSync(service);
    writeFileSync(join(service, 'run'), await printed('runit'), { mode: 0o755 });
    const env = { ...place.environment, TELEGRAM_BOT_TOKEN: '', ALLOWED_USERS: '' };
    const manager = spawn(
      runsv.endsWith('.sh') ? 'sh' : runsv,
      [...(runsv.endsWith('.sh') ? [runsv] : []), service],
      {
        env,
        stdio: 'ignore',
      },
    );
    managers.push(manager);
    await until(() => place.starts().length === 1);
    const first = holderPid();
    expect(place.starts()[0]?.environment).not.toContain('CCBOT_RUNIT_SERVICE');
    await reached();
    process.kill(first, 'SIGKILL');
    await until(() => place.starts().length === 2);
    const second = holderPid();
    expect(second).not.toBe(first);

    const stop = place.run(['stop']);
    expect(await stop.end).toBe(0);
    await gone(second);
    expect(place.drains()).toHaveLength(1); // it drained; a second request would have killed it
    const stat = join(service, 'supervise/stat');
    await until(() => existsSync(stat) && readFileSync(stat, 'utf8').startsWith('down'));
    expect(place.starts()).toHaveLength(2);
  });
});

describe('as started by launchd', () => {
  it('runs, stays down after `ccbot stop`, and would be restarted after a crash', async () => {
    const plist = parsePlist(await printed('launchd')) as {
      ProgramArguments: string[];
      EnvironmentVariables: Record<string, string>;
      WorkingDirectory: string;
      KeepAlive: { SuccessfulExit: boolean };
    };
    const [command = '', ...args] = plist.ProgramArguments;
    const launch = (): ChildProcess => {
      const job = spawn(command, args, {
        // launchd gives a job little more environment than its file says.
        env: {
          STAND_IN_WORKER: place.environment['STAND_IN_WORKER'],
          TELEGRAM_API_ROOT: place.environment['TELEGRAM_API_ROOT'],
          HOME: place.environment['HOME'],
          ...plist.EnvironmentVariables,
        },
        cwd: plist.WorkingDirectory,
        stdio: 'ignore',
      });
      managers.push(job);
      return job;
    };
    /** Whether launchd restarts a job with this exit code. */
    const again = (job: ChildProcess): boolean => (job.exitCode === 0) === plist.KeepAlive.SuccessfulExit;

    const first = launch();
    const firstEnd = new Promise((resolve) => first.once('exit', resolve));
    await until(() => place.starts().length === 1);
    await reached();
    first.kill('SIGKILL');
    await firstEnd;
    expect(again(first)).toBe(true);

    const second = launch();
    const secondEnd = new Promise((resolve) => second.once('exit', resolve));
    await until(() => place.starts().length === 2);
    expect(await place.run(['stop']).end).toBe(0);
    await secondEnd;
    expect(again(second)).toBe(false);
  });
});
