import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathsOf } from '@ccbot/shared/config/paths';
import { livingHolder } from '../status/inspect';
import { runningEnvironment } from '../status/running';
import { gone, openPlace, type Place } from '../fixtures/harness';
import { parsePlist } from '../fixtures/plist';

let place: Place;
const managers: ChildProcess[] = [];

beforeEach(async () => {
  place = await openPlace();
  settings();
});
afterEach(async () => {
  for (const manager of managers.splice(0)) if (manager.exitCode === null) manager.kill('SIGKILL');
  const holder = livingHolder(join(place.directory, 'ccbot.lock'));
  if (holder !== null) process.kill(holder.pid, 'SIGKILL');
  await place.close();
});

function settings(): void {
  const text = `TELEGRAM_BOT_TOKEN=${place.token}\nALLOWED_USERS=42\n`;
  writeFileSync(join(place.directory, '.env'), text, { mode: 0o600 });
}

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
  return print.stdout().replace(/[^'>"]*\/bin\/ccbot\.js/g, place.program);
}

/** A runit service, from what `service print` shows: its two files, the second one behind its path. */
async function serviceOf(kind: string): Promise<string> {
  const service = join(place.directory, 'service');
  mkdirSync(service);
  const [run = '', finish = ''] = (await printed(kind)).split(/\n# \/.*\/finish\n/);
  writeFileSync(join(service, 'run'), run, { mode: 0o755 });
  writeFileSync(join(service, 'finish'), finish, { mode: 0o755 });
  return service;
}

function supervised(runsv: string, service: string): void {
  const env = { ...place.environment, TELEGRAM_BOT_TOKEN: '', ALLOWED_USERS: '' };
  const [command = '', ...args] = runsv.endsWith('.sh') ? ['sh', runsv, service] : [runsv, service];
  managers.push(spawn(command, args, { env, stdio: 'ignore' }));
}

function isDown(service: string): boolean {
  const stat = join(service, 'supervise/stat');
  return existsSync(stat) && readFileSync(stat, 'utf8').startsWith('down');
}

/** Whether a program has written to the file, which its shell creates before. */
const hasText = (path: string): boolean => existsSync(path) && readFileSync(path, 'utf8') !== '';

const holderPid = (): number => livingHolder(join(place.directory, 'ccbot.lock'))?.pid ?? 0;

const hasRunsv = spawnSync('runsv', []).error === undefined;
describe.each(
  hasRunsv ? ['runsv', join(__dirname, '../fixtures/runsv.sh')] : [join(__dirname, '../fixtures/runsv.sh')],
)('under %s', (runsv) => {
  it('restarts after a crash, and stays down after `ccbot stop`', async () => {
    const service = await serviceOf('runit');
    supervised(runsv, service);
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
    await until(() => isDown(service));
    expect(place.starts()).toHaveLength(2);
  });

  it('stays down when its settings file cannot even be found', async () => {
    const service = await serviceOf('runit');
    const said = join(place.directory, 'said');
    const run = readFileSync(join(service, 'run'), 'utf8');
    writeFileSync(
      join(service, 'run'),
      run.replace('exec ', `exec 2>>'${said}'\nexport CCBOT_DIR=relative\nexec `),
    );
    supervised(runsv, service);
    await until(() => hasText(said) && isDown(service)); // it is down before it was started, too
    expect(readFileSync(said, 'utf8').match(/The setting CCBOT_DIR is invalid/g)).toHaveLength(1);
    expect(place.starts()).toEqual([]);
  });

  it('stays down when neither Node.js nor ccbot is left', async () => {
    const service = await serviceOf('runit');
    const said = join(place.directory, 'said');
    const run = readFileSync(join(service, 'run'), 'utf8');
    const gone = run.replace(place.program, join(place.directory, 'gone/bin/ccbot.js'));
    writeFileSync(join(service, 'run'), gone.replace('exec ', `exec 2>>'${said}'\nexec `));
    supervised(runsv, service);
    await until(() => hasText(said) && isDown(service)); // it is down before it was started, too
    expect(readFileSync(said, 'utf8').match(/Install Node\.js and ccbot/g)).toHaveLength(1);
  });
});

describe('as started by launchd', () => {
  it('runs, stays down after `ccbot stop` and with wrong settings, and would be restarted after a crash', async () => {
    const plist = parsePlist(await printed('launchd')) as {
      ProgramArguments: string[];
      EnvironmentVariables: Record<string, string>;
      WorkingDirectory: string;
      KeepAlive: { SuccessfulExit: boolean };
    };
    const [command = '', ...args] = plist.ProgramArguments;
    // launchd gives a job little more environment than its file says.
    const jobEnv = {
      STAND_IN_WORKER: place.environment['STAND_IN_WORKER'],
      TELEGRAM_API_ROOT: place.environment['TELEGRAM_API_ROOT'],
      HOME: place.environment['HOME'],
      ...plist.EnvironmentVariables,
    };
    const launch = (): ChildProcess => {
      const job = spawn(command, args, { env: jobEnv, cwd: plist.WorkingDirectory, stdio: 'ignore' });
      managers.push(job);
      return job;
    };
    /** Whether launchd restarts a job with this exit code. */
    const again = (job: ChildProcess): boolean => (job.exitCode === 0) === plist.KeepAlive.SuccessfulExit;

    writeFileSync(join(place.directory, '.env'), 'TELEGRAM_BOT_TOKEN=no token\n', { mode: 0o600 });
    // Without `--patient` it would wait for another file.
    const wrong = spawnSync(command, args.slice(0, -1), { env: jobEnv, encoding: 'utf8' });
    expect(wrong.status === 0).not.toBe(plist.KeepAlive.SuccessfulExit);
    expect(wrong.stderr).toMatch(
      /TELEGRAM_BOT_TOKEN is invalid[^]*launchctl kickstart gui\/\$UID\/org\.ccbot/,
    );
    settings();

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
