import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { startTelegram } from '@ccbot/sandbox/telegram/server';
import { root } from './files';

/** Where the tarballs are installed as `npm install --global` lays them out, with the third-party packages of the clone. */
let place: string;
let env: Record<string, string>;

beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), 'ccbot-pack-'));
  const packed = spawnSync(process.execPath, [join(root, 'scripts/pack.mjs'), place], { encoding: 'utf8' });
  if (packed.status !== 0) throw new Error(packed.stderr); // which also tells of a build, where one was missing
  const modules = join(place, 'lib/node_modules');
  for (const tarball of packed.stdout.trim().split('\n')) {
    const name = /^ccbot-([a-z]+)-/.exec(basename(tarball))?.[1] ?? '';
    const to = join(modules, '@ccbot', name);
    mkdirSync(to, { recursive: true });
    expect(spawnSync('tar', ['-xzf', tarball, '-C', to, '--strip-components=1']).status).toBe(0);
    const { dependencies } = JSON.parse(readFileSync(join(to, 'package.json'), 'utf8')) as {
      dependencies: Record<string, string>;
    };
    for (const dependency of Object.keys(dependencies).filter((d) => !d.startsWith('@ccbot/'))) {
      mkdirSync(dirname(join(modules, dependency)), { recursive: true });
      symlinkIfMissing(join(root, 'node_modules', dependency), join(modules, dependency));
    }
  }
  mkdirSync(join(place, 'bin'));
  symlinkSync(join(modules, '@ccbot/supervisor/bin/ccbot.js'), join(place, 'bin/ccbot'));
  symlinkSync(join(modules, '@ccbot/worker/bin/ccbot-worker.js'), join(place, 'bin/ccbot-worker'));
  env = { PATH: `${join(place, 'bin')}:${dirname(process.execPath)}:/usr/bin:/bin`, HOME: place };
}, 120_000);
afterAll(() => rmSync(place, { recursive: true, force: true }));

function symlinkIfMissing(target: string, path: string): void {
  try {
    symlinkSync(target, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

const run = (program: string, ...args: string[]) =>
  spawnSync(program, args, { env, cwd: place, encoding: 'utf8', input: '' });

describe('the packed packages, installed without the repository', () => {
  it('hold programs and documents, and neither sources nor tests', () => {
    const files = readdirSync(join(place, 'lib/node_modules/@ccbot'), { recursive: true }) as string[];
    expect(files).toEqual(expect.arrayContaining(['worker/dist/hook.js', 'supervisor/dist/help/faults.md']));
    expect(files.filter((file) => /(^|\/)src\/|\.test\.|\.ts$|\.map$/.test(file))).toEqual([]);
  });

  it('run: version, help, pages, completion, hook', () => {
    const { version } = JSON.parse(readFileSync(join(root, 'packages/supervisor/package.json'), 'utf8')) as {
      version: string;
    };
    expect(run('ccbot', '--version').stdout.trim()).toBe(version);
    expect(run('ccbot-worker', '--version').stdout.trim()).toBe(version);
    expect(run('ccbot', 'help', 'settings').stdout).toContain('TELEGRAM_BOT_TOKEN');
    expect(run('ccbot', 'help', 'no-such-page')).toMatchObject({ status: 2 });
    const completion = run('ccbot', 'completion', 'bash');
    expect([completion.status, completion.stdout.includes('--uninstall')]).toEqual([0, true]);
    expect(run('ccbot', 'hook')).toMatchObject({ status: 0, stdout: '', stderr: '' });
  });

  it('find each other, their addons and their fonts', () => {
    const doctor = run('ccbot', 'doctor', '--json');
    const { checks } = JSON.parse(doctor.stdout) as {
      checks: { id: string; verdict: string; detail: string }[];
    };
    expect(checks.find(({ id }) => id === 'worker')).toBeUndefined();
    expect(checks.find(({ id }) => id === 'addons')).toMatchObject({ verdict: 'ok' });
  });

  it('serve a bot', async () => {
    const token = `${Math.floor(1e8 + Math.random() * 9e8)}:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA`;
    const person = (id: number) => ({ id, is_bot: false, first_name: 'P' });
    const telegram = await startTelegram({ token, owner: person(7), stranger: person(8) });
    const socket = `ccbot-pack-${process.pid}`;
    const supervisor = spawn('ccbot', ['supervise'], {
      env: {
        ...env,
        TELEGRAM_BOT_TOKEN: token,
        ALLOWED_USERS: '7',
        TELEGRAM_API_ROOT: telegram.apiRoot,
        CCBOT_TMUX_SOCKET: socket,
        CCBOT_CANARY: 'off',
      },
      stdio: 'ignore',
    });
    try {
      telegram.owner.say('/help');
      const answer = await telegram.waitFor(() => telegram.owner.fromBot()[0], 30_000);
      expect(answer.text).toContain('/new');
    } finally {
      supervisor.kill('SIGTERM');
      await once(supervisor, 'exit');
      spawnSync('tmux', ['-L', socket, 'kill-server'], { env });
      await telegram.close();
    }
  }, 60_000);
});
