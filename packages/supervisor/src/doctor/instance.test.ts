import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Check } from '@ccbot/shared/doctor/check';
import { buildProgram, openPlace, type Line, type Place } from '../fixtures/harness';
import { createPatient, only, type Patient } from '../fixtures/doctor';
import { launchd, runit, systemd, writeService, type Manager } from '../service/manager';
import { examineService } from './instance';
import { examineWorker } from './worker';

describe('ccbot doctor', () => {
  const program = buildProgram();
  let place: Place;
  beforeEach(async () => {
    place = await openPlace(program.path);
  });
  afterEach(() => place.close());
  afterAll(() => program.remove());

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
    expect((await examineWorker(patient.deps(), false)).checks).toEqual([
      { id: 'x', title: 'X', verdict: 'ok', detail: 'doctor' },
    ]);
  });

  it('is broken if it is missing, does not start, or prints something else', async () => {
    const missing = () => {
      throw new Error('Cannot find module');
    };
    expect(
      only(await examineWorker(patient.deps({ installation: { workerEntry: missing } }), false), 'worker')
        .verdict,
    ).toBe('bad');
    worker(`console.error('Error: ERR_DLOPEN_FAILED fs-ext'); process.exit(1)`);
    expect(only(await examineWorker(patient.deps(), false), 'worker').detail).toContain('ERR_DLOPEN_FAILED');
    worker(`console.log('{"checks":[{"id":1}]}')`);
    expect(only(await examineWorker(patient.deps(), false), 'worker').verdict).toBe('bad');
    worker(`console.log('half a li')`);
    expect(only(await examineWorker(patient.deps(), false), 'worker').verdict).toBe('bad');
  });
});
