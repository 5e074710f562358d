import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TMUX } from '@ccbot/shared/fixtures/tmux';
import { createPatient, only, type Patient } from '../fixtures/doctor';
import {
  examineDisk,
  examineModes,
  examineNode,
  examineSettings,
  examineTmux,
  examineTmuxEnvironment,
} from './host';

let patient: Patient;
beforeEach(() => {
  patient = createPatient();
});
afterEach(() => patient.remove());

describe('Node.js', () => {
  it('is ok in the version that runs the tests', () => {
    expect(only(examineNode(patient.deps()), 'node').verdict).toBe('ok');
  });

  it('is broken if it is too old', () => {
    expect(only(examineNode(patient.deps({ host: { nodeVersion: 'v18.20.1' } })), 'node')).toMatchObject({
      verdict: 'bad',
      todo: expect.stringContaining('20') as string,
    });
  });
});

describe('tmux', () => {
  it.each([
    ['tmux 3.3a', 'ok'],
    ['tmux 3.2', 'ok'],
    ['tmux next-3.6', 'ok'],
    ['tmux master', 'ok'],
    ['tmux 3.1c', 'bad'],
    ['tmux 2.9', 'bad'],
  ])('of version “%s” is %s', async (output, verdict) => {
    patient.program('tmux', `echo '${output}'`);
    expect(only(await examineTmux(patient.deps()), 'tmux').verdict).toBe(verdict);
  });

  it('is the one that CCBOT_TMUX names, and broken if there is none', async () => {
    patient.program('other', 'echo tmux 3.6b');
    patient.env['CCBOT_TMUX'] = 'other';
    expect(only(await examineTmux(patient.deps()), 'tmux').detail).toBe('3.6b (other)');
    patient.env['CCBOT_TMUX'] = '/no/such/tmux';
    expect(only(await examineTmux(patient.deps()), 'tmux')).toMatchObject({
      verdict: 'bad',
      detail: expect.stringContaining('/no/such/tmux does not start') as string,
    });
    patient.env['CCBOT_TMUX'] = 'bin/tmux';
    expect(only(examineSettings(patient.deps()), 'settings').detail).toContain('CCBOT_TMUX');
  });

  it('is a warning if it is not installed, and broken if it does not start', async () => {
    patient.env['PATH'] = patient.dir;
    expect(only(await examineTmux(patient.deps()), 'tmux').verdict).toBe('warn');
    patient.env['PATH'] = `${join(patient.dir, 'bin')}:/usr/bin:/bin`;
    patient.program('tmux', 'echo "libevent is missing" >&2; exit 1');
    expect(only(await examineTmux(patient.deps()), 'tmux')).toMatchObject({
      verdict: 'bad',
      detail: expect.stringContaining('libevent is missing') as string,
    });
  });
});

it('is bad that another user could replace CCBOT_DIR', () => {
  mkdirSync(join(patient.dir, 'open'));
  chmodSync(join(patient.dir, 'open'), 0o777);
  patient.env['CCBOT_DIR'] = join(patient.dir, 'open', 'state');
  expect(only(examineModes(patient.deps()), 'files')).toMatchObject({
    verdict: 'bad',
    detail: expect.stringContaining('can be changed by other users') as string,
  });
});

describe('the settings', () => {
  it('are ok if both required ones are set', () => {
    expect(only(examineSettings(patient.deps()), 'settings').verdict).toBe('ok');
  });

  it('are broken if one is missing, a file is half-written, or a value is invalid', () => {
    patient.env['ALLOWED_USERS'] = '';
    expect(only(examineSettings(patient.deps()), 'settings').detail).toContain('ALLOWED_USERS');
    patient.env['ALLOWED_USERS'] = 'me';
    expect(only(examineSettings(patient.deps()), 'settings')).toMatchObject({
      verdict: 'bad',
      todo: expect.stringContaining('ALLOWED_USERS') as string,
    });
    patient.env['ALLOWED_USERS'] = '7';
    delete patient.env['TELEGRAM_BOT_TOKEN'];
    writeFileSync(join(patient.dir, '.env'), 'TELEGRAM_BOT_TOKEN=1234567', { mode: 0o600 });
    const half = only(examineSettings(patient.deps()), 'settings');
    expect(half.verdict).toBe('bad');
    expect(half.detail).not.toContain('1234567,');
  });
});

describe('the files', () => {
  it('are ok before the first start, and with the modes that ccbot sets', () => {
    expect(only(examineModes(patient.deps()), 'files').verdict).toBe('ok');
    mkdirSync(join(patient.dir, 'state'), { mode: 0o700 });
    expect(only(examineModes(patient.deps()), 'files').verdict).toBe('ok');
  });

  it('are broken if other users can read them, and can be fixed', async () => {
    const state = join(patient.dir, 'state');
    mkdirSync(state);
    chmodSync(state, 0o755);
    writeFileSync(join(state, 'ccbot.db'), '');
    chmodSync(join(state, 'ccbot.db'), 0o644);
    const found = examineModes(patient.deps());
    expect(found.checks.map(({ verdict }) => verdict)).toEqual(['bad', 'bad']);
    await found.fix?.apply();
    expect(statSync(state).mode & 0o777).toBe(0o700);
    expect(only(examineModes(patient.deps()), 'files').verdict).toBe('ok');
  });

  it('are broken if run/ is a link, whose mode matters to nobody', () => {
    mkdirSync(join(patient.dir, 'state'), { mode: 0o700 });
    mkdirSync(join(patient.dir, 'elsewhere'), { mode: 0o755 });
    symlinkSync(join(patient.dir, 'elsewhere'), join(patient.dir, 'state/run'));
    const found = examineModes(patient.deps());
    expect(only(found, 'files')).toMatchObject({
      verdict: 'bad',
      detail: expect.stringContaining('is a link') as string,
      todo: expect.stringContaining('Remove the link') as string,
    });
    expect(found.fix).toBeUndefined();
  });

  it('are reported once if the settings file is the one that others can read, and can be fixed', async () => {
    const state = join(patient.dir, 'state');
    mkdirSync(state, { mode: 0o700 });
    writeFileSync(join(state, '.env'), `TELEGRAM_BOT_TOKEN=${patient.token}\nALLOWED_USERS=7\n`);
    chmodSync(join(state, '.env'), 0o644);
    delete patient.env['TELEGRAM_BOT_TOKEN'];
    delete patient.env['ALLOWED_USERS'];
    expect(examineSettings(patient.deps()).checks).toMatchObject([
      { verdict: 'bad', detail: expect.stringContaining('Other users can read') as string },
    ]);
    const found = examineModes(patient.deps());
    expect(only(found, 'files').verdict).toBe('ok');
    expect(await found.fix?.apply()).toBe('Modes set.');
    expect(only(examineSettings(patient.deps()), 'settings').verdict).toBe('ok');
  });

  it('are broken if they belong to another user', () => {
    mkdirSync(join(patient.dir, 'state'), { mode: 0o700 });
    const found = only(examineModes(patient.deps({ host: { uid: 4_242 } })), 'files');
    expect(found).toMatchObject({
      verdict: 'bad',
      detail: expect.stringContaining('another user') as string,
    });
  });
});

describe('disk space', () => {
  it.each([
    [1e12, 'ok'],
    [100e6, 'warn'],
    [1e6, 'bad'],
  ])('of %d bytes is %s', (free, verdict) => {
    expect(only(examineDisk(patient.deps({ host: { freeBytes: () => free } })), 'disk').verdict).toBe(
      verdict,
    );
  });

  it('is skipped if it is unknown', () => {
    const freeBytes = (): number => {
      throw new Error('ENOSYS');
    };
    expect(only(examineDisk(patient.deps({ host: { freeBytes } })), 'disk').verdict).toBe('skipped');
  });
});

describe("tmux's environment", () => {
  let socket: string;
  const tmux = (args: string[], env: Record<string, string> = {}): string =>
    spawnSync(TMUX, ['-L', socket, ...args], { env: { PATH: '/usr/bin:/bin', ...env }, encoding: 'utf8' })
      .stdout;
  beforeEach(() => {
    // One server per test: a server that is shutting down may still take the first command for the next one.
    socket = `ccbot-doctor-${randomBytes(6).toString('hex')}`;
    patient.env['CCBOT_TMUX_SOCKET'] = socket;
    patient.env['TMUX_SESSION_NAME'] = 'work';
  });
  afterEach(() => void tmux(['kill-server']));

  it('is ok without a server, and with one that has no token', async () => {
    expect(only(await examineTmuxEnvironment(patient.deps()), 'tmux-environment').verdict).toBe('ok');
    tmux(['new-session', '-d', '-s', 'work']);
    expect(only(await examineTmuxEnvironment(patient.deps()), 'tmux-environment').verdict).toBe('ok');
  });

  it('is broken if it contains the token under any name, and can be fixed', async () => {
    tmux(['new-session', '-d', '-s', 'work'], { TELEGRAM_BOT_TOKEN: patient.token });
    tmux(['set-environment', '-t', 'work', 'OTHER', `x${patient.token}`]);
    const found = await examineTmuxEnvironment(patient.deps());
    const check = only(found, 'tmux-environment');
    expect(check.verdict).toBe('bad');
    expect(JSON.stringify(check)).not.toContain(patient.token);
    await found.fix?.apply();
    expect(tmux(['show-environment', '-g']) + tmux(['show-environment', '-t', 'work'])).not.toContain(
      patient.token,
    );
    expect(only(await examineTmuxEnvironment(patient.deps()), 'tmux-environment').verdict).toBe('ok');
  });
});
