import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  constants,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { workerSocketOf } from '../config/sockets';
import { nodeForNow, writeLauncher } from './launcher';
import { lastingPath } from './lasting-path';
import { launcherScript } from './script';

let home: string;
let launcher: string;
/** Prints its arguments and its input. */
let program: string;
const PROGRAM =
  'process.stdin.on("data", (d) => console.log(process.execPath, process.argv.slice(2).join(), String(d)))';

beforeEach(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), "ccbot it's a home-")));
  launcher = join(home, 'launcher');
  program = join(home, 'clone/worker/dist/hook.js');
  install(program);
  writeFileSync(install(workerSocketOf(join(home, '.ccbot'))), ''); // as if a worker ran
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

function install(path: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, PROGRAM);
  return path;
}

/** A copy of this Node.js at a path below the home. */
function nodeAt(path: string): string {
  const node = join(home, path);
  mkdirSync(dirname(node), { recursive: true });
  copyFileSync(process.execPath, node);
  return node;
}

/** A program that says it is another version, and is none. */
function otherNode(path: string, modules: string, version: string): string {
  const node = join(home, path);
  mkdirSync(dirname(node), { recursive: true });
  writeFileSync(
    node,
    `#!/bin/sh\n[ "$1" = -p ] && exec '${process.execPath}' -e 'Object.defineProperty(process, "versions", { value: { modules: "${modules}", node: "${version}" } }); console.log(eval(process.argv[1]))' "$2"\necho '${path}'\n`,
  );
  chmodSync(node, 0o755);
  return node;
}

function record(node: string): void {
  writeFileSync(launcher, launcherScript({ node, modules: process.versions.modules, home }), { mode: 0o755 });
}

/** What the program printed, when it was run by the launcher as an agent runs a hook. */
function run(...args: string[]): { status: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(launcher, args, {
    input: 'payload',
    encoding: 'utf8',
    cwd: home,
    env: { PATH: join(home, 'bin'), HOME: home },
  });
  return { status, out: stdout.trim(), err: stderr };
}

describe('the launcher', () => {
  it('runs the recorded Node.js with every argument, its options first, and leaves the input alone', () => {
    record(process.execPath);
    expect(run('--max-semi-space-size=4', program, 'claude', '--x', 'a b')).toEqual({
      status: 0,
      out: `${process.execPath} claude,--x,a b payload`,
      err: '',
    });
  });

  it.each([
    ['nvm', '.nvm/versions/node/v22.1.0/bin/node', '.nvm/versions/node/v24.0.1/bin/node'],
    [
      'fnm',
      '.local/share/fnm/node-versions/v22.1.0/installation/bin/node',
      '.local/share/fnm/node-versions/v24.0.1/installation/bin/node',
    ],
    ['volta', '.volta/tools/image/node/22.1.0/bin/node', '.volta/tools/image/node/24.0.1/bin/node'],
    ['asdf', '.asdf/installs/nodejs/22.1.0/bin/node', '.asdf/installs/nodejs/24.0.1/bin/node'],
    ['Homebrew', 'brew/Cellar/node/22.1.0_1/bin/node', 'brew/Cellar/node/24.0.1/bin/node'],
    [
      'a directory of one’s own',
      'opt/node-v22.1.0-linux-x64/bin/node',
      'opt/node-v24.0.1-linux-x64/bin/node',
    ],
    [
      'another manager after nvm',
      '.nvm/versions/node/v22.1.0/bin/node',
      '.volta/tools/image/node/24.0.1/bin/node',
    ],
    ['the PATH', '.nvm/versions/node/v22.1.0/bin/node', 'bin/node'],
  ])('finds the next version in %s', (_manager, old, next) => {
    record(nodeAt(old));
    rmSync(join(home, old));
    const found = nodeAt(next);
    expect(run('--stack-size=900', program, 'claude')).toEqual({
      status: 0,
      out: `${found} claude payload`,
      err: '',
    });
  });

  it('prefers a Node.js whose addons load, and takes none that is too old', () => {
    record(nodeAt('.nvm/versions/node/v22.1.0/bin/node'));
    rmSync(join(home, '.nvm/versions/node/v22.1.0/bin/node'));
    otherNode('.nvm/versions/node/v18.0.0/bin/node', '108', '18.0.0');
    otherNode('.nvm/versions/node/v26.0.0/bin/node', '147', '26.0.0');
    const same = nodeAt('.nvm/versions/node/v9.same/bin/node');
    expect(run(program).out).toBe(`${same}  payload`);
    rmSync(same);
    otherNode('bin/node', '108', '18.0.0');
    expect(run(program).out).toMatch(/v26|^\/usr/); // or the machine’s own
  });

  it('finds the program where it was installed again with the new version', () => {
    const old = nodeAt('.nvm/versions/node/v22.1.0/bin/node');
    const own = 'lib/node_modules/@ccbot/supervisor/node_modules/@ccbot/worker/dist/hook.js';
    record(old);
    rmSync(join(home, '.nvm/versions/node/v22.1.0'), { recursive: true });
    nodeAt('.nvm/versions/node/v23.0.0/bin/node'); // without ccbot
    const next = nodeAt('.nvm/versions/node/v24.0.1/bin/node');
    install(join(home, '.nvm/versions/node/v24.0.1', own));
    expect(run(join(home, '.nvm/versions/node/v22.1.0', own), 'claude').out).toBe(`${next} claude payload`);
  });

  it('lets a hook do nothing when nothing is left, and ends a service with 78 and one line', () => {
    const gone = join(home, 'gone/lib/node_modules/@ccbot');
    record(join(home, 'gone/bin/node'));
    expect(run(`${gone}/worker/dist/hook.js`, 'claude')).toEqual({ status: 0, out: '', err: '' });
    expect(run(`${gone}/worker/dist/statusline.js`)).toEqual({ status: 0, out: '', err: '' });
    const service = run(`${gone}/supervisor/bin/ccbot.js`, 'supervise');
    expect([service.status, service.out]).toEqual([78, '']);
    expect(service.err).toMatch(
      /^ccbot: neither .* Install Node\.js and ccbot, then run `ccbot service install`\.\n$/,
    );
    const job = spawnSync(launcher, [`${gone}/supervisor/bin/ccbot.js`, 'supervise'], {
      encoding: 'utf8',
      env: { PATH: join(home, 'bin'), HOME: home, CCBOT_LAUNCHD_JOB: 'org.ccbot.supervisor' },
    });
    expect([job.status, job.stderr]).toEqual([0, service.err]); // every other code would start it again
  });

  describe('when no worker runs', () => {
    const line = (): string => install(join(home, 'clone/worker/dist/statusline.js'));
    /** Runs it with a megabyte of input, whose writer must not meet a broken pipe. */
    const runWith = (args: string[], env: Record<string, string> = {}) => {
      const { status, stdout, stderr, error } = spawnSync(launcher, args, {
        input: 'payload'.repeat(200_000),
        encoding: 'utf8',
        cwd: home,
        env: { PATH: join(home, 'bin'), HOME: home, ...env },
      });
      return [status, stdout.slice(0, 100), stderr, error];
    };
    beforeEach(() => {
      record(process.execPath);
      rmSync(join(home, '.ccbot'), { recursive: true });
    });

    it.each(['dash', 'bash', 'busybox'])('starts no Node.js for a hook outside tmux, in %s', (shell) => {
      const path = ['/bin', '/usr/bin'].map((directory) => join(directory, shell)).find(existsSync);
      if (path === undefined) return; // not every system has all three
      const text = readFileSync(launcher, 'utf8');
      writeFileSync(launcher, text.replace('/bin/sh\n', `${path}${shell === 'busybox' ? ' sh' : ''}\n`));
      // With a space in the home, only the directory's own name can be plain.
      const dir = mkdtempSync(join(tmpdir(), 'ccbot-plain-'));
      expect(runWith([program, 'claude'], { CCBOT_DIR: dir })).toEqual([0, '', '', undefined]);
      const command = 'head -c 7; cat >/dev/null';
      expect(runWith([line(), command], { CCBOT_DIR: dir, PATH: '/usr/bin:/bin' })).toEqual([
        0,
        'payload',
        '',
        undefined,
      ]);
      expect(runWith([line(), 'exit 3'], { CCBOT_DIR: dir })[0]).toBe(3);
      rmSync(dir, { recursive: true });
    });

    it.each([
      ['in tmux', { CCBOT_DIR: '/nowhere', TMUX_PANE: '%1' }],
      ['for a directory that the shell cannot judge', {}],
      ['for a relative directory', { CCBOT_DIR: 'nowhere' }],
      ['for a directory in quotes', { CCBOT_DIR: '"/nowhere"' }],
    ])('runs the hook %s', (_case, env: Record<string, string>) => {
      expect(runWith([program, 'claude'], env)[1]).toContain(`${process.execPath} claude payload`);
    });
  });

  it('keeps options and certificates of the agent from a hook, and from nothing else', () => {
    record(process.execPath);
    const env = {
      HOME: home,
      NODE_OPTIONS: '--no-such-option-of-a-project',
      NODE_EXTRA_CA_CERTS: join(home, 'gone.pem'),
    };
    const { status, stderr } = spawnSync(launcher, [program], { input: 'payload', encoding: 'utf8', env });
    expect([status, stderr]).toEqual([0, '']);
    const other = spawnSync(launcher, [install(join(home, 'clone/other.js'))], { env });
    expect(other.status).not.toBe(0);
  });

  it('takes no Node.js from the working directory', () => {
    record(join(home, 'gone/bin/node'));
    otherNode('node', process.versions.modules, '99.0.0');
    const { stdout } = spawnSync(launcher, [program], {
      input: 'payload',
      encoding: 'utf8',
      cwd: home,
      env: { PATH: '.:', HOME: home },
    });
    expect(stdout.trim()).not.toBe('node');
  });
});

describe('writing it', () => {
  it('creates a private program, and replaces what somebody else made of it', () => {
    const paths = { dir: join(home, 'dir'), launcher: join(home, 'dir/bin/node') };
    const from = { home, path: process.env['PATH'] };
    expect(writeLauncher(paths, from)).toBeNull();
    expect(statSync(paths.launcher).mode & 0o777).toBe(0o700);
    const text = readFileSync(paths.launcher, 'utf8');
    const { ino } = statSync(paths.launcher);
    expect(writeLauncher(paths, from)).toBeNull();
    expect(statSync(paths.launcher).ino).toBe(ino); // nothing to change
    for (const spoil of [
      () => writeFileSync(paths.launcher, text.slice(0, 40)),
      () => chmodSync(paths.launcher, 0o755),
      () => {
        renameSync(paths.launcher, join(home, 'elsewhere'));
        symlinkSync(join(home, 'elsewhere'), paths.launcher);
      },
    ]) {
      spoil();
      expect(writeLauncher(paths, from)).toBeNull();
      expect(readFileSync(paths.launcher, 'utf8')).toBe(text);
      expect(lstatSync(paths.launcher).mode).toBe(constants.S_IFREG | 0o700);
    }
  });

  it('refuses a link in place of its directory, and a directory that cannot be made', () => {
    const paths = { dir: join(home, 'dir'), launcher: join(home, 'dir/bin/node') };
    mkdirSync(paths.dir);
    symlinkSync(home, join(paths.dir, 'bin'));
    expect(writeLauncher(paths, { home, path: '' })).toMatchObject({ exit: 78 });
    expect(existsSync(join(home, 'node'))).toBe(false);
    const blocked = { dir: program, launcher: join(program, 'bin/node') };
    expect(writeLauncher(blocked, { home, path: '' })).toMatchObject({ exit: 78 });
  });

  it('is what runs the next worker once this Node.js or its program is gone', () => {
    expect(nodeForNow({ launcher }, program)).toBe(process.execPath);
    expect(nodeForNow({ launcher }, join(home, 'gone.js'))).toBe(launcher);
  });
});

describe('the path that lasts', () => {
  it.each([
    ['Homebrew', 'brew/Cellar/node@22/22.1.0/bin/node', 'brew/opt/node@22/bin/node'],
    [
      'fnm',
      '.local/share/fnm/node-versions/v22.1.0/installation/bin/node',
      '.local/share/fnm/aliases/default/bin/node',
    ],
    ['mise', 'mise/installs/node/22.1.0/bin/node', 'mise/installs/node/22/bin/node'],
    ['nvm', '.nvm/versions/node/v22.1.0/bin/node', '.nvm/current/bin/node'],
    ['a link on the PATH', 'opt/node-v22.1.0-linux-x64/bin/node', 'bin/node'],
  ])('is the link of %s to the current version', (_manager, version, link) => {
    const node = nodeAt(version);
    const path = [join(home, 'run/fnm_multishells/1_2/bin'), join(home, 'bin')].join(':');
    mkdirSync(join(home, 'run/fnm_multishells/1_2'), { recursive: true });
    symlinkSync(dirname(node), join(home, 'run/fnm_multishells/1_2/bin'));
    expect(lastingPath(node, { home, path })).toBe(node);
    mkdirSync(dirname(join(home, link)), { recursive: true });
    symlinkSync(node, join(home, link));
    expect(lastingPath(node, { home, path })).toBe(join(home, link));
    rmSync(join(home, link));
    symlinkSync(process.execPath, join(home, link)); // another version
    expect(lastingPath(node, { home, path })).toBe(node);
  });

  it('is the program itself where no version is part of the path', () => {
    const node = nodeAt('usr/bin/node');
    mkdirSync(join(home, 'bin'));
    symlinkSync(node, join(home, 'bin/node'));
    expect(lastingPath(node, { home, path: join(home, 'bin') })).toBe(node);
  });
});
