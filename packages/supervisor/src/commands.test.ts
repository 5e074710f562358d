import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { acquireLock } from '@ccbot/shared/lock/flock';
import { holderOfThisProcess, processStartTime } from '@ccbot/shared/lock/holder';
import { buildProgram, gone, openPlace, type Place, polls } from './fixtures/harness';

const program = buildProgram();
let place: Place;

beforeEach(async () => {
  place = await openPlace(program.path);
});
afterEach(async () => {
  await place.close();
});
afterAll(() => program.remove());

/** Runs a command until it exits. */
async function ask(...args: string[]): Promise<{ code: number | string; out: string; err: string }> {
  const command = place.run(args);
  const code = await command.end;
  return { code, out: command.stdout(), err: command.stderr() };
}

async function statusData(): Promise<{
  code: number | string;
  data: Record<string, unknown> & { report: never };
}> {
  const { code, out } = await ask('status', '--json');
  return { code, data: JSON.parse(out) as Record<string, unknown> & { report: never } };
}

describe('ccbot status', () => {
  it('exits with 3 and says so if ccbot has never run here', async () => {
    const { code, out } = await ask('status');
    expect([code, out]).toEqual([3, expect.stringContaining('no trace of an earlier run')]);
  });

  it('exits with 0 and shows the state while ccbot polls', async () => {
    const supervisor = place.run(['supervise']);
    await supervisor.line(polls(1));
    const { code, out } = await ask('status');
    expect(code).toBe(0);
    expect(out).toContain(`pid ${supervisor.pid}`);
    expect(out).toContain(`pid ${place.starts()[0]?.pid}`);
    expect(out).toContain('@stand_in_bot');
    const { data } = await statusData();
    expect(data).toMatchObject({
      active: true,
      state: 'running',
      report: { restarts: 0, network: { up: true } },
    });
  });

  it('shows the last poll before the worker’s first beat', async () => {
    place.behave('unbeaten');
    const supervisor = place.run(['supervise']);
    await supervisor.line(polls(1));
    expect((await ask('status')).out).toMatch(/^last poll +\d+ s ago$/m);
  });

  it('says that it is starting before the first poll was answered', async () => {
    place.behave('unready');
    const supervisor = place.run(['supervise']);
    await supervisor.line((line) => line.message === 'the stand-in started');
    expect((await ask('status')).out).toMatch(/^last poll +starting/m);
  });

  it('shows restarts with their reasons, the delay and the next try', async () => {
    place.behave('exit 70 the reason');
    const supervisor = place.run(['supervise'], { CCBOT_RESTART_BACKOFF: '1000', CCBOT_BACKOFF_MAX: '1000' });
    await supervisor.line(({ message }) => message.includes('restart delayed'));
    const { code, data } = await statusData();
    expect(code).toBe(3);
    expect(data).toMatchObject({
      active: false,
      state: 'waiting',
      report: {
        why: 'crash',
        failures: 2,
        restarts: 1,
        ended: [{ why: 'exit 70', detail: 'the reason' }, {}],
      },
    });
    const next = Date.parse(String((data.report as { nextTryAt: string }).nextTryAt));
    expect(next).toBeGreaterThan(Date.now() + 600_000);
  });

  it('says why it last stopped, after a request and after a kill', async () => {
    const first = place.run(['supervise']);
    await first.line(polls(1));
    first.kill('SIGTERM');
    await first.end;
    expect(await ask('status')).toMatchObject({
      code: 3,
      out: expect.stringContaining('stop requested') as string,
    });
    const second = place.run(['supervise']);
    await second.line(polls(1));
    second.kill('SIGKILL');
    await second.end;
    expect(await ask('status')).toMatchObject({
      code: 3,
      out: expect.stringContaining('vanished') as string,
    });
  });

  it.each([
    ['supervisor', 'ccbot is starting: pid', 'starting', 3],
    ['command', 'one of its commands holds the lock', 'busy', 3],
    ['worker', 'A worker is running without a supervisor', 'alone', 0],
  ] as const)(
    'names the holder of the lock when there is no answer: a %s',
    async (role, words, state, code) => {
      const holder = holderOfThisProcess('0', place.directory, 0, role);
      const taken = acquireLock(join(place.directory, 'ccbot.lock'), holder);
      expect(await ask('status')).toMatchObject({ code, out: expect.stringContaining(words) as string });
      expect(await statusData()).toMatchObject({ code, data: { state, active: code === 0 } });
      if (taken.ok) taken.lock.release();
    },
  );

  it('does not say that a command holds a lock that it has given back', async () => {
    const holder = holderOfThisProcess('0', place.directory, 0, 'command');
    const taken = acquireLock(join(place.directory, 'ccbot.lock'), holder);
    if (taken.ok) taken.lock.release();
    expect(await statusData()).toMatchObject({ code: 3, data: { state: 'absent' } });
    expect(await ask('stop')).toMatchObject({ code: 0, out: 'ccbot is not running.\n' });
  });

  it('with --watch runs until the supervisor ends', async () => {
    const supervisor = place.run(['supervise']);
    await supervisor.line(polls(1));
    const watch = place.run(['status', '--watch', '--json']);
    await watch.line((line) => line['state'] === 'running');
    supervisor.kill('SIGHUP');
    await watch.line((line) => line['state'] === 'stopping');
    supervisor.kill('SIGTERM');
    expect(await watch.end).toBe(3);
    expect(watch.lines().at(-1)).toMatchObject({ state: 'absent' });
  });

  it('works with invalid settings', async () => {
    writeFileSync(join(place.directory, '.env'), 'CARD_EDIT_LAG=soon\n', { mode: 0o600 });
    expect((await ask('status')).code).toBe(3);
  });
});

describe('ccbot restart', () => {
  it('returns when the new worker polls', async () => {
    const supervisor = place.run(['supervise']);
    await supervisor.line(polls(1));
    const { code, out } = await ask('restart');
    expect([code, out]).toEqual([0, expect.stringContaining(`pid ${place.starts()[1]?.pid}`)]);
  });

  it('promises no poll of a worker that stands by for another machine', async () => {
    const supervisor = place.run(['supervise']);
    await supervisor.line(polls(1));
    place.behave('standby');
    const { code, out } = await ask('restart');
    expect([code, out]).toEqual([0, expect.stringContaining('It stands by: bob polls')]);
    expect(out).not.toContain('new worker polls');
    const status = await ask('status');
    expect([status.code, status.out]).toEqual([0, expect.stringContaining('ada stands by: bob polls')]);
  });

  it('names the problem if the settings are invalid, or the new worker says they are', async () => {
    const supervisor = place.run(['supervise']);
    await supervisor.line(polls(1));
    writeFileSync(join(place.directory, '.env'), 'CARD_EDIT_LAG=soon\n', { mode: 0o600 });
    expect(await ask('restart')).toMatchObject({
      code: 78,
      err: expect.stringContaining('CARD_EDIT_LAG') as string,
    });
    expect(place.drains()).toEqual([]);
    writeFileSync(join(place.directory, '.env'), '', { mode: 0o600 });
    place.behave('exit 78 token refused');
    expect(await ask('restart')).toMatchObject({
      code: 78,
      err: expect.stringContaining('token refused') as string,
    });
  });

  it('needs no new token, and says why it waits and which token stays', async () => {
    const path = (name: string): string => join(place.directory, name);
    const script = [
      '#!/bin/sh',
      `[ -e ${path('locked')} ] || exec echo ${place.token}`,
      `while [ ! -e ${path('go')} ]; do sleep 0.05; done`,
      'exit 7',
    ];
    writeFileSync(path('keyring'), `${script.join('\n')}\n`, { mode: 0o755 });
    const bare = { TELEGRAM_BOT_TOKEN: '', TELEGRAM_BOT_TOKEN_COMMAND: path('keyring') };
    const supervisor = place.run(['supervise'], bare);
    await supervisor.line(polls(1));
    writeFileSync(path('locked'), '');
    const asked = place.run(['restart']);
    while (!asked.stderr().includes('ccbot keeps running meanwhile')) await pause(20);
    expect((await ask('status')).code).toBe(0);
    expect(place.drains()).toEqual([]);
    writeFileSync(path('go'), '');
    expect(await asked.end).toBe(0);
    expect(asked.stderr()).toMatch(
      /gave no bot token: it exited with 7\. The token that ccbot has stays\.$/m,
    );
    expect(place.starts()).toHaveLength(2);
    await supervisor.line(({ message }) => message === 'token not read again');
  });

  it('says that a supervisor without its socket is running but not restarted', async () => {
    const supervisor = place.run(['supervise']);
    await supervisor.line(polls(1));
    rmSync(join(place.directory, 'run/supervisor.sock'));
    expect(await ask('restart')).toMatchObject({
      code: 75,
      err: expect.stringContaining(`Not restarted: ccbot does not answer: pid ${supervisor.pid}`) as string,
    });
  });

  it('says that there is nothing to restart', async () => {
    expect(await ask('restart')).toMatchObject({
      code: 3,
      err: expect.stringContaining('nothing to restart') as string,
    });
  });
});

describe('ccbot stop', () => {
  it('returns when supervisor and worker are gone', async () => {
    const supervisor = place.run(['supervise']);
    await supervisor.line(polls(1));
    expect((await ask('stop')).code).toBe(0);
    expect(await supervisor.end).toBe(0);
    await gone(place.starts()[0]?.pid ?? 0);
    expect((await ask('stop')).out).toContain('is not running');
  });
});

describe('ccbot stop, and a lock that names a process', () => {
  const lock = (): string => join(place.directory, 'ccbot.lock');
  const bystanders: ChildProcess[] = [];
  afterEach(() => {
    for (const child of bystanders.splice(0)) child.kill('SIGKILL');
  });
  /** A process that has nothing to do with ccbot. */
  function bystander(): ChildProcess & { pid: number } {
    const child = spawn('sleep', ['600'], { stdio: 'ignore' });
    bystanders.push(child);
    return child as ChildProcess & { pid: number };
  }
  const holderOf = (pid: number, more: object = {}) => ({
    ...holderOfThisProcess('0', place.directory, 0, 'worker'),
    pid,
    startTime: processStartTime(pid),
    ...more,
  });
  const runs = (child: ChildProcess): boolean => child.exitCode === null && child.signalCode === null;

  it.each([
    ['with its start time', {}],
    ['without one, as on macOS', { startTime: null }],
    ['as a supervisor', { role: 'supervisor' }],
  ])('signals none that does not hold it: %s', async (_, more) => {
    const child = bystander();
    writeFileSync(lock(), `${JSON.stringify(holderOf(child.pid, more))}\n`);
    const { code, out } = await ask('stop');
    expect([code, out]).toEqual([
      0,
      expect.stringContaining(`names process ${child.pid}, which does not hold it`),
    ]);
    expect(runs(child)).toBe(true);
  });

  it('signals none with the number of one that has ended', async () => {
    const child = bystander();
    writeFileSync(lock(), `${JSON.stringify(holderOf(child.pid, { startTime: '1' }))}\n`);
    expect(await ask('stop')).toMatchObject({ code: 0, out: 'ccbot is not running.\n' });
    expect(runs(child)).toBe(true);
  });

  it('leaves a command that holds it alone', async () => {
    const taken = acquireLock(lock(), holderOfThisProcess('0', place.directory, 0, 'command'));
    expect(await ask('stop')).toMatchObject({
      code: 0,
      out: expect.stringContaining('one of its commands holds the lock') as string,
    });
    if (taken.ok) taken.lock.release();
  });

  it.each([
    ['names nobody', () => '', 'does not say which'],
    [
      'is cut in half',
      () => JSON.stringify(holderOfThisProcess('0', '/', 0, 'worker')).slice(0, 40),
      'does not say which',
    ],
    [
      'names a process of another machine',
      () => JSON.stringify({ ...holderOf(1), startTime: '1', host: 'elsewhere' }),
      'held on another machine',
    ],
  ])('does not claim that it stopped one whose lock %s', async (_, text, words) => {
    const taken = acquireLock(lock(), holderOfThisProcess('0', place.directory, 0, 'worker'));
    writeFileSync(lock(), text());
    expect(await ask('stop')).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringContaining(words) as string,
    });
    if (taken.ok) taken.lock.release();
  });

  it('says that another ccbot has taken over', async () => {
    const first = place.run(['supervise']);
    await first.line(polls(1));
    const standby = place.run(['supervise', '--standby']);
    while (!standby.stderr().includes('Waiting for the lock'))
      await once(standby.process.stderr ?? standby.process, 'data');
    const { code, err } = await ask('stop');
    // It takes the lock the moment that it is free, or just after the last look.
    if (code === 1) expect(err).toContain(`another one has taken over: pid ${standby.pid}`);
    await standby.line(polls(1));
    expect(await first.end).toBe(0);
  });

  it('ends one whose socket is gone', async () => {
    const supervisor = place.run(['supervise']);
    await supervisor.line(polls(1));
    rmSync(join(place.directory, 'run/supervisor.sock'));
    expect(await ask('stop')).toMatchObject({
      code: 0,
      out: expect.stringContaining('has stopped') as string,
    });
    expect(await supervisor.end).toBe(0);
  });
});

describe('the control socket', () => {
  it.each([
    '\n',
    'status\n',
    '{"v":1,"ask":"explode"}\n',
    '{"v":9,"ask":"stop"}\n',
    `${'x'.repeat(200_000)}\n`,
    'half',
  ])('survives %.20j', async (text) => {
    const supervisor = place.run(['supervise']);
    await supervisor.line(polls(1));
    await new Promise<void>((resolve) => {
      const socket = connect(join(place.directory, 'run/supervisor.sock'), () => socket.end(text));
      socket.resume();
      socket.once('close', () => resolve());
      socket.once('error', () => resolve());
    });
    expect((await ask('status')).code).toBe(0);
  });

  it('is available again after a supervisor was killed', async () => {
    const first = place.run(['supervise']);
    await first.line(polls(1));
    first.kill('SIGKILL');
    await first.end;
    const second = place.run(['supervise']);
    await second.line(polls(1));
    expect((await ask('status')).code).toBe(0);
  });
});

describe('ccbot logs', () => {
  const line = (minute: number, level: string, message: string): string =>
    `${JSON.stringify({ timestamp: `2026-01-01T00:${String(minute).padStart(2, '0')}:00.000Z`, level, message })}\n`;
  let directory: string;

  beforeEach(() => {
    directory = join(place.directory, 'logs');
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, 'supervisor.log'), line(1, 'info', 's-one') + line(3, 'error', 's-three'));
    writeFileSync(join(directory, 'worker.1.log'), line(0, 'info', 'w-zero'));
    writeFileSync(
      join(directory, 'worker.log'),
      line(2, 'warn', 'w-two') + 'half a li\u001b[31mne\n' + line(4, 'debug', 'w-four'),
    );
  });

  const messages = (out: string): string[] =>
    out.split('\n').flatMap((l) => /(?:[sw]-\w+|half.*)$/.exec(l)?.[0] ?? []);

  it('sorts the lines of both programs and their older files by time, and keeps lines that are no records', async () => {
    const { code, out } = await ask('logs');
    expect(code).toBe(0);
    expect(messages(out)).toEqual(['w-zero', 's-one', 'w-two', 'half a li[31mne', 's-three', 'w-four']);
    expect(out).not.toContain('\u001b');
    expect(out).not.toContain('undefined');
  });

  it('can show one program, the last lines, a level, a time span, and raw records', async () => {
    expect(messages((await ask('logs', 'worker', '-n', '1')).out)).toEqual(['w-four']);
    expect(messages((await ask('logs', 'supervisor', '--level', 'warn')).out)).toEqual(['s-three']);
    // A line that is no record has no level, and may be just the one the user is looking for.
    expect(messages((await ask('logs', 'worker', '--level', 'error')).out)).toEqual(['half a li[31mne']);
    expect(messages((await ask('logs', 'supervisor', '--since', '2026-01-01T00:02:00Z')).out)).toEqual([
      's-three',
    ]);
    expect((await ask('logs', 'supervisor', '--json', '-n', '1')).out).toBe(line(3, 'error', 's-three'));
  });

  it('says so when there is no such line, or no log at all', async () => {
    const none = await ask('logs', 'supervisor', '--since', '2027-01-01');
    expect(none).toMatchObject({ code: 0, out: '' });
    expect(none.err).toBe(`No line in ${directory} is of that kind.\n`);
    rmSync(directory, { recursive: true });
    const early = await ask('logs', '--json');
    expect(early).toMatchObject({ code: 0, out: '' });
    expect(early.err).toContain(`no logs in ${directory} yet`);
  });

  it.each([
    ['logs', 'else'],
    ['logs', '--level', 'loud'],
    ['logs', '-n', 'x'],
    ['logs', '--since', 'yesterday'],
  ])('rejects %s %s %s with a usage error', async (...args) => {
    expect((await ask(...args.filter((a) => typeof a === 'string'))).code).toBe(2);
  });

  it('follows new lines across a rotation', async () => {
    const follow = place.run(['logs', 'worker', '-f', '-n', '1', '--json']);
    await follow.line(({ message }) => message === 'w-four');
    appendFileSync(join(directory, 'worker.log'), line(5, 'info', 'w-five').slice(0, 20));
    appendFileSync(join(directory, 'worker.log'), line(5, 'info', 'w-five').slice(20));
    await follow.line(({ message }) => message === 'w-five');
    renameSync(join(directory, 'worker.log'), join(directory, 'worker.1.log'));
    appendFileSync(join(directory, 'worker.1.log'), line(6, 'info', 'w-six'));
    writeFileSync(join(directory, 'worker.log'), line(7, 'info', 'w-seven'));
    await follow.line(({ message }) => message === 'w-seven');
    expect(follow.lines().map(({ message }) => message)).toEqual(['w-four', 'w-five', 'w-six', 'w-seven']);
    follow.process.stdout?.destroy();
    appendFileSync(join(directory, 'worker.log'), line(8, 'info', 'w-eight'));
    expect(await follow.end).toBe(0);
  });
});

describe('the command line', () => {
  it('passes on `worker` with its arguments, and its exit code', async () => {
    writeFileSync(
      join(place.directory, 'echo.js'),
      'console.log(process.argv.slice(2).join(" ")); process.exit(7);',
    );
    const environment = { STAND_IN_WORKER: join(place.directory, 'echo.js') };
    for (const [args, passed] of [
      [['worker', '--once', '--json'], '--once --json'],
      [['worker', '--help'], '--help'],
      [['hook', '--install', '--agent', 'x'], 'hook --install --agent x'],
    ] as const) {
      const run = place.run(args, environment);
      expect([await run.end, run.stdout()]).toEqual([7, `${passed}\n`]);
    }
  });

  it('reports the worker’s signal in its exit code, as shells do', async () => {
    writeFileSync(join(place.directory, 'die.js'), 'process.kill(process.pid, "SIGKILL")');
    const run = place.run(['worker'], { STAND_IN_WORKER: join(place.directory, 'die.js') });
    expect(await run.end).toBe(137);
  });

  it.each([['nonsense'], ['supervise', '--nonsense'], ['supervise', 'more'], []])(
    'rejects %s %s with a usage error',
    async (...args) => {
      expect((await ask(...args.filter((a) => typeof a === 'string'))).code).toBe(2);
    },
  );

  it.each(
    ['init', 'status', 'metrics', 'logs', 'restart', 'stop', 'doctor', 'completion', 'service'].flatMap(
      (c) => [
        [c, '--nonsense'],
        [c, 'one', 'word', 'too', 'many'],
      ],
    ),
  )('rejects %s %s with a message on stderr, and does nothing', async (...args) => {
    const { code, out, err } = await ask(...args);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(/^error: .+\n/);
    expect(existsSync(join(place.directory, '.env'))).toBe(false);
  });

  it('prints help and version and exits with 0', async () => {
    expect((await ask('--help')).code).toBe(0);
    expect(await ask('--version')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as string,
    });
  });
});
