import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Check } from '@ccbot/shared/doctor/check';
import { acquireLock } from '@ccbot/shared/lock/flock';
import { holderOfThisProcess } from '@ccbot/shared/lock/holder';
import { openPlace, type Line, type Place } from '../fixtures/harness';
import { createPatient, only, type Patient } from '../fixtures/doctor';
import { launchd, runit, systemd, writeService, type Manager } from '../service/manager';
import { examineService } from './instance';
import { examineWorker } from './worker';

describe('ccbot doctor', () => {
  let place: Place;
  beforeEach(async () => {
    place = await openPlace();
  });
  afterEach(() => place.close());

  const polls = (line: Line): boolean => line.message === 'worker polling';
  async function look(...args: string[]): Promise<{ code: number | string; by: Record<string, Check> }> {
    const doctor = place.run(['doctor', '--json', ...args]);
    const code = await doctor.end;
    const { checks } = JSON.parse(doctor.stdout()) as { checks: Check[] };
    return { code, by: Object.fromEntries(checks.map((check) => [check.id, check])) };
  }

  it('warns that ccbot is not running, without calling it broken', async () => {
    expect((await look()).by['lock']).toMatchObject({
      verdict: 'warn',
      todo: expect.stringContaining('supervise') as string,
    });
  });

  it.each([
    ['a link', (lock: string) => symlinkSync('/etc/hostname', lock)],
    ['a link that leads nowhere', (lock: string) => symlinkSync('/nowhere/at/all', lock)],
    ['a directory', (lock: string) => mkdirSync(lock)],
    ['no file', (lock: string) => execFileSync('mkfifo', [lock])],
  ])('does not call a lock free that is %s', async (what, make) => {
    make(join(place.directory, 'ccbot.lock'));
    expect((await look()).by['lock']).toMatchObject({
      verdict: 'bad',
      detail: expect.stringContaining(
        `is ${what.replace(' that leads nowhere', '')}, so ccbot cannot take it`,
      ) as string,
    });
    expect(await place.run(['supervise']).end).toBe(78); // that is true
  });

  it('does not call a lock free that a process without a name holds', async () => {
    const lock = join(place.directory, 'ccbot.lock');
    const taken = acquireLock(lock, holderOfThisProcess('0', place.directory, 0, 'worker'));
    writeFileSync(lock, '');
    expect((await look()).by['lock']).toMatchObject({
      verdict: 'bad',
      detail: expect.stringContaining('left no name') as string,
    });
    if (taken.ok) taken.lock.release();
  });

  describe('and the environment of the ccbot that runs', () => {
    const there = {
      CODEX_HOME: '/home/x/codex',
      HTTPS_PROXY: 'http://a:1',
      CLAUDE_CONFIG_DIR: '/home/x/claude',
    };
    const lookFrom = async (more: Record<string, string>): Promise<Check | undefined> => {
      const doctor = place.run(['doctor', '--json'], more);
      await doctor.end;
      const { checks } = JSON.parse(doctor.stdout()) as { checks: Check[] };
      return checks.find(({ id }) => id === 'environment');
    };

    it('says whose it is while nothing runs', async () => {
      expect(await lookFrom({})).toMatchObject({
        verdict: 'ok',
        detail: expect.stringContaining('not running') as string,
      });
    });

    it('compares it with the one of the shell, by name', async () => {
      const supervisor = place.run(['supervise'], there);
      await supervisor.line(polls);
      expect(await lookFrom({ ...there, LANG: 'C' })).toMatchObject({
        verdict: 'ok',
        detail: 'as in this shell, where it matters',
      });
      expect((await lookFrom({}))?.detail).toBe(
        'as in this shell, where it matters; only it has CLAUDE_CONFIG_DIR, CODEX_HOME, HTTPS_PROXY',
      );
      const other = await lookFrom({
        ...there,
        HTTPS_PROXY: 'http://me:hunter2@b:1',
        NODE_EXTRA_CA_CERTS: '/dev/null',
        ANTHROPIC_API_KEY: 'sk-secret',
        PATH: `/opt/tools/bin:${place.environment['PATH'] ?? ''}`,
      });
      expect(other).toMatchObject({
        verdict: 'warn',
        detail:
          'ccbot runs without NODE_EXTRA_CA_CERTS; with another HTTPS_PROXY; with a PATH without /opt/tools/bin; it has no keys of this shell: ANTHROPIC_API_KEY',
        todo: expect.stringContaining('ccbot service install') as string,
      });
    });

    it('is read from the kernel when the supervisor is stuck', async () => {
      const supervisor = place.run(['supervise'], there);
      await supervisor.line(polls);
      supervisor.kill('SIGSTOP');
      expect(await lookFrom({ CODEX_HOME: '/another' })).toMatchObject({
        verdict: 'warn',
        detail: expect.stringContaining('with another CODEX_HOME') as string,
      });
    });

    it('is where agents and hooks are looked for', async () => {
      const supervisor = place.run(['supervise'], there);
      await supervisor.line(polls);
      const seen = join(place.directory, 'seen');
      writeFileSync(
        join(place.directory, 'look.js'),
        `require('fs').writeFileSync(${JSON.stringify(seen)}, JSON.stringify(process.env)); console.log('{"checks":[]}')`,
      );
      await lookFrom({
        STAND_IN_WORKER: join(place.directory, 'look.js'),
        CLAUDE_CONFIG_DIR: '/of/the/shell',
        SSL_CERT_FILE: '/x',
      });
      const env = JSON.parse(readFileSync(seen, 'utf8')) as Record<string, string>;
      expect(env).toMatchObject(there);
      expect(env).not.toHaveProperty('SSL_CERT_FILE');
    });

    it('is searched for directories that an upgrade has removed', async () => {
      const gone = join(place.directory, 'node-versions/v20.1.0/bin');
      const supervisor = place.run(['supervise'], { PATH: `${gone}:${place.environment['PATH'] ?? ''}` });
      await supervisor.line(polls);
      expect((await look()).by['path']).toMatchObject({
        verdict: 'warn',
        detail: expect.stringContaining(gone) as string,
      });
    });
  });

  it('says that a file system keeps no modes, and what that means, instead of claiming that they are set', async () => {
    const preload = {
      NO_MODES: place.directory,
      NODE_OPTIONS: `--require ${join(__dirname, '../fixtures/no-modes.cjs')}`,
    };
    const doctor = place.run(['doctor', '--fix', '--yes'], preload);
    expect(await doctor.end).toBe(1);
    expect(doctor.stderr()).toMatch(
      /^Failed: .* still has mode 0777: its file system keeps no modes\. .*another file system/m,
    );
    expect(doctor.stderr()).not.toContain('Modes set.');
  });

  it('looks again after its fixes, and exits accordingly', async () => {
    mkdirSync(join(place.directory, 'logs'));
    chmodSync(join(place.directory, 'logs'), 0o755);
    const doctor = place.run(['doctor', '--fix', '--yes']);
    await doctor.end;
    expect(doctor.stdout()).toContain('other users can read');
    expect(doctor.stderr()).toMatch(/Modes set\.\n[^]*After the changes, \d+ checks/);
    expect(doctor.stderr()).not.toContain('other users can read');
  });

  it('names the holder of the lock while ccbot polls', async () => {
    const supervisor = place.run(['supervise']);
    await supervisor.line(polls);
    const { by } = await look();
    expect(by['lock']).toMatchObject({
      verdict: 'ok',
      detail: expect.stringContaining(`pid ${supervisor.pid}`) as string,
    });
    expect(by['poller']?.verdict).not.toBe('bad');
  });

  it('finds a ccbot that does not poll, and a version mismatch', async () => {
    place.behave('exit 70 broken');
    const supervisor = place.run(['supervise'], { CCBOT_RESTART_BACKOFF: '1000', CCBOT_BACKOFF_MAX: '1000' });
    await supervisor.line(({ message }) => message.includes('restart delayed'));
    const { by, code } = await look();
    expect(by['lock']).toMatchObject({
      verdict: 'bad',
      todo: expect.stringContaining('ccbot logs') as string,
    });
    expect(code).toBe(1);
  });

  it('finds a supervisor that does not answer', async () => {
    const supervisor = place.run(['supervise']);
    await supervisor.line(polls);
    supervisor.kill('SIGSTOP');
    const { by } = await look();
    expect(by['lock']).toMatchObject({
      verdict: 'bad',
      detail: expect.stringContaining('does not answer') as string,
    });
    supervisor.kill('SIGCONT');
  });

  it('finds another CCBOT_DIR that serves the same bot', async () => {
    const supervisor = place.run(['supervise']);
    await supervisor.line(polls);
    const doctor = place.run(['doctor', '--json'], { CCBOT_DIR: join(place.directory, 'other') });
    expect(await doctor.end).toBe(1);
    const { checks } = JSON.parse(doctor.stdout()) as { checks: Check[] };
    expect(checks.find(({ id }) => id === 'lock')).toMatchObject({
      verdict: 'bad',
      detail: expect.stringContaining(`CCBOT_DIR ${place.directory}`) as string,
    });
    // A poll of the doctor would end the other ccbot's with a conflict.
    expect(checks.find(({ id }) => id === 'poller')).toMatchObject({ verdict: 'skipped' });
  });

  it('prints a line per check with what to do, and rejects options that do not fit together', async () => {
    const doctor = place.run(['doctor']);
    await doctor.end;
    expect(doctor.stdout()).toMatch(/^✓ Node\.js: v/m);
    expect(doctor.stdout()).toMatch(/^ {2}→ Start it/m);
    expect(doctor.stdout()).toMatch(/^\d+ checks: /m);
    expect(await place.run(['doctor', '--yes']).end).toBe(2);
  });
});

describe('the service', () => {
  let patient: Patient;
  beforeEach(() => {
    patient = createPatient();
  });
  afterEach(() => patient.remove());

  const MAKERS = { systemd, launchd, runit };
  /** The service of one of several bots of this user. */
  function installed(kind: keyof typeof MAKERS): Manager {
    const options = {
      node: process.execPath,
      program: '/ccbot.js',
      cwd: patient.dir,
      environment: {},
      credential: null,
      name: 'ccbot-0123abcd',
      logs: patient.dir,
    };
    const manager = MAKERS[kind](options, { home: patient.dir, env: patient.env, uid: 7 });
    writeService(manager);
    return manager;
  }
  const look = async (manager: Manager | null) =>
    only(await examineService(patient.deps({ service: () => manager })), 'service');

  it('is no problem without a service manager, without an installation, and without settings', async () => {
    expect((await look(null)).verdict).toBe('ok');
    const manager = installed('systemd');
    rmSync(manager.path);
    expect(await look(manager)).toMatchObject({
      verdict: 'ok',
      detail: expect.stringContaining('not installed') as string,
    });
    patient.env['CARD_EDIT_LAG'] = 'soon';
    expect((await look(manager)).verdict).toBe('skipped');
  });

  it.each([
    ['systemd', 'systemctl', 'exit 0', 'echo "inactive (dead)"; exit 3'],
    ['runit', 'sv', 'echo "run: ccbot: (pid 7) 8s"', 'echo "down: ccbot: 8s"'],
    ['launchd', 'launchctl', 'echo "	state = running"', 'echo "	state = not running"'],
  ] as const)(
    'of %s is ok while it is running, and a warning if it is not or its state is unknown',
    async (kind, program, up, down) => {
      const manager = installed(kind);
      patient.program('loginctl', 'echo yes');
      const argumentsFile = join(patient.dir, 'asked');
      patient.program(program, `echo "$*" > ${argumentsFile}; ${up}`);
      expect(await look(manager)).toMatchObject({ verdict: 'ok', detail: `${kind}: running` });
      expect(readFileSync(argumentsFile, 'utf8')).toContain('ccbot-0123abcd');
      patient.program(program, down);
      expect(await look(manager)).toMatchObject({
        verdict: 'warn',
        detail: expect.stringContaining('not running') as string,
        todo: expect.stringContaining('ccbot service status') as string,
      });
      patient.program(program, 'echo "no bus" >&2; exit 1');
      expect(await look(manager)).toMatchObject({
        verdict: 'warn',
        detail: expect.stringContaining('no bus') as string,
      });
    },
  );

  it.each([
    ['stops at logout without lingering, and says so', 'echo no', true],
    ['keeps running after logout with lingering', 'echo yes', false],
    ['mentions no lingering without logind', 'exit 127', false],
  ])('%s', async (_, script, mentionsLinger) => {
    const manager = installed('systemd');
    patient.program('systemctl', 'exit 0');
    patient.program('loginctl', script);
    const { verdict, detail } = await look(manager);
    expect([verdict, detail.includes('enable-linger')]).toEqual(['ok', mentionsLinger]);
  });
});

describe("the worker's program", () => {
  let patient: Patient;
  beforeEach(() => {
    patient = createPatient();
  });
  afterEach(() => patient.remove());
  const worker = (text: string): void => writeFileSync(join(patient.dir, 'worker.js'), text);

  it('adds its own checks', async () => {
    worker(
      `console.log(JSON.stringify({ checks: [{ id: 'x', title: 'X', verdict: 'ok', detail: process.argv[2] }] }))`,
    );
    expect((await examineWorker(patient.deps())).checks).toEqual([
      { id: 'x', title: 'X', verdict: 'ok', detail: 'doctor' },
    ]);
  });

  it('is broken if it is missing, does not start, or prints something else', async () => {
    const missing = () => {
      throw new Error('Cannot find module');
    };
    expect(
      only(await examineWorker(patient.deps({ installation: { workerEntry: missing } })), 'worker').verdict,
    ).toBe('bad');
    worker(`console.error('Error: ERR_DLOPEN_FAILED fs-ext'); process.exit(1)`);
    expect(only(await examineWorker(patient.deps()), 'worker').detail).toContain('ERR_DLOPEN_FAILED');
    worker(`console.log('{"checks":[{"id":1}]}')`);
    expect(only(await examineWorker(patient.deps()), 'worker').verdict).toBe('bad');
    worker(`console.log('half a li')`);
    expect(only(await examineWorker(patient.deps()), 'worker').verdict).toBe('bad');
  });
});
