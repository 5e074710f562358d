import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parsePlist } from '../fixtures/plist';
import { launchd, runit, systemd } from './manager';
import { changesOf } from './takeover';
import { canSet, launchdPlist, runitScript, systemdUnit, variablesSetIn, type UnitOptions } from './unit';
import { unitEnvironment } from '../fixtures/unit';

const options: UnitOptions = {
  node: process.execPath,
  program: process.execPath, // must exist for systemd-analyze
  cwd: tmpdir(),
  environment: {
    PATH: '/usr/bin:/bin',
    CCBOT_DIR: '/home/me/.ccbot',
    ODD: `a "b" 'c' $HOME %h & <x> \\ é`,
    LINES: 'a\nExecStartPre=/bin/false\n\ttab\r\n$(false) `false` ; #{x}\\',
    LAST: '\\',
    QUOTES: `'"''"`,
    SPACES: '  a  ',
  },
  credential: null,
  name: 'ccbot',
  logs: '/home/me/.ccbot/logs',
};
let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'ccbot-unit-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** Whether this machine has a program. */
const has = (program: string): boolean => spawnSync(program, ['--version']).error === undefined;

describe('the systemd unit', () => {
  const unit = systemdUnit(options);

  it('lets tmux survive and leaves its socket directory alone', () => {
    expect(unit).toMatch(/^KillMode=process$/m);
    expect(unit).not.toMatch(/RuntimeDirectory|PrivateTmp|ProtectHome|ReadOnlyPaths|NoNewPrivileges|User=/);
  });

  it('feeds the watchdog, stays stopped after a requested stop, and does not loop on invalid settings', () => {
    expect(unit).toMatch(/^Type=notify$/m);
    expect(unit).toMatch(/^WatchdogSec=\d+$/m);
    expect(unit).toMatch(/^Restart=on-failure$/m);
    expect(unit).toMatch(/^RestartPreventExitStatus=78$/m);
    expect(unit).toMatch(/supervise" "--patient"$/m);
  });

  it('reads back every value unchanged, and no line of a value as a setting', () => {
    expect(unitEnvironment(unit)).toEqual(options.environment);
    const terminal = { ESCAPE: '\u001b[1m\u0007', DELETE: '\u007f' };
    expect(unitEnvironment(systemdUnit({ ...options, environment: terminal }))).toEqual(terminal);
    expect(unit.split('\n').filter((line) => line.startsWith('Exec'))).toHaveLength(2);
  });

  it.each([
    ['/home/my home/50%', '/home/my home/50%%'],
    ['/home/a\nExecStartPre=/bin/false', '~'],
    ['/home/a\\', '~'],
    ['/home/a ', '~'],
  ])('works in %j as %j', (cwd, written) => {
    expect(/^WorkingDirectory=(.*)$/m.exec(systemdUnit({ ...options, cwd }))?.[1]).toBe(written);
  });

  const withCredential = systemdUnit({
    ...options,
    credential: { path: '/home/me/a token%', encrypted: true },
  });

  it('names the file of a credential, and never the token', () => {
    expect(unit).not.toContain('LoadCredential');
    expect(withCredential).toMatch(/^LoadCredentialEncrypted=TELEGRAM_BOT_TOKEN:\/home\/me\/a token%%$/m);
    expect(systemdUnit({ ...options, credential: { path: '/t', encrypted: false } })).toMatch(
      /^LoadCredential=TELEGRAM_BOT_TOKEN:\/t$/m,
    );
  });

  if (has('systemd-analyze')) {
    it.each([unit, withCredential])('passes systemd-analyze verify', (text) => {
      const path = join(directory, 'ccbot.service');
      writeFileSync(path, text);
      const checked = spawnSync('systemd-analyze', ['verify', '--user', path], {
        encoding: 'utf8',
        env: { ...process.env, XDG_RUNTIME_DIR: directory },
      });
      expect(checked.stderr.split('\n').filter((line) => line.includes('ccbot.service'))).toEqual([]);
      expect(checked.status).toBe(0);
    });
  }
});

describe('the launchd agent', () => {
  const plist = launchdPlist(options);

  it('restarts only after failures, and lets tmux survive', () => {
    expect(plist).toMatch(/<key>KeepAlive<\/key>\s*<dict>\s*<key>SuccessfulExit<\/key>\s*<false\/>/);
    expect(plist).toMatch(/<key>AbandonProcessGroup<\/key>\s*<true\/>/);
  });

  it('is a property list in which every value reads back unchanged', () => {
    expect(parsePlist(plist)).toEqual({
      Label: options.name,
      ProgramArguments: [options.node, options.program, 'supervise', '--patient'],
      EnvironmentVariables: { ...options.environment, CCBOT_LAUNCHD_JOB: options.name },
      WorkingDirectory: options.cwd,
      RunAtLoad: true,
      KeepAlive: { SuccessfulExit: false },
      AbandonProcessGroup: true,
      ExitTimeOut: 20,
      SoftResourceLimits: { Core: 0 },
      StandardErrorPath: '/home/me/.ccbot/logs/launchd.log',
      StandardOutPath: '/dev/null',
    });
  });

  it('cannot hold control characters', () => {
    expect(['\u001b[1m', '\u0000', '\uffff'].map((value) => canSet('launchd', value))).toEqual([
      false,
      false,
      false,
    ]);
    expect(['\n\t\r', 'é😀', ''].map((value) => canSet('launchd', value))).toEqual([true, true, true]);
    expect(canSet('systemd', '\u001b') && canSet('runit', '\u001b')).toBe(true);
  });

  for (const [checker, ...args] of [
    ['plutil', '-lint', '-'],
    ['python3', '-c', 'import plistlib, sys; plistlib.loads(sys.stdin.buffer.read())'],
  ]) {
    if (checker !== undefined && has(checker)) {
      it(`is read by ${checker}`, () => {
        const checked = spawnSync(checker, args, { input: plist, encoding: 'utf8' });
        expect([checked.status, checked.stderr]).toEqual([0, '']);
      });
    }
  }
});

describe('the runit script', () => {
  it.each(Object.entries(options.environment))('passes on the value of %s unchanged', (name, value) => {
    const script = runitScript(options).replace(/^exec .*$/m, `exec /usr/bin/printenv -0 ${name}`);
    expect(execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8' })).toBe(`${value}\0`);
  });
});

describe.each(['systemd', 'launchd', 'runit'] as const)('a file of %s', (kind) => {
  const render = { systemd: systemdUnit, launchd: launchdPlist, runit: runitScript }[kind];

  it('shows which variables it sets, and which would be written otherwise', () => {
    const text = render(options);
    const { LAST, ODD, ...same } = options.environment;
    expect(variablesSetIn(kind, text)).toEqual(Object.keys(options.environment));
    expect(changesOf(kind, text, options.environment)).toEqual({ added: [], changed: [], removed: [] });
    expect(changesOf(kind, text, { ...same, ODD: `${ODD}.`, NEW: '1' })).toEqual({
      added: ['NEW'],
      changed: ['ODD'],
      removed: ['LAST'],
    });
    expect(LAST).toBe('\\');
  });

  it('of somebody else, or half of one, is taken for one without variables', () => {
    for (const text of ['', '\0\0', '<plist><dict>', 'Environment=A=b', 'a'.repeat(100_000)])
      expect(variablesSetIn(kind, text)).toEqual([]);
  });
});

it.each([
  ['systemd', systemd, '.config/systemd/user/ccbot.service'],
  ['launchd', launchd, 'Library/LaunchAgents/ccbot.plist'],
  ['runit', runit, 'service/ccbot/run'],
] as const)('puts the file of %s where its service manager looks', (_name, make, path) => {
  expect(make(options, { home: '/home/me', env: {}, uid: 1000 }).path).toBe(join('/home/me', path));
});
