import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { pathsOf } from '@ccbot/shared/config/paths';
import type { Config } from '@ccbot/shared/config/schema';
import { KINDS } from '../agents/registry';
import { createAutoCanary, type AutoCanary } from './auto';
import { noteRunning, type Place } from './leftover';
import { keepResult, readResults } from './result';

jest.setTimeout(60_000);

const PATH = `${dirname(process.execPath)}:/usr/bin:/bin`;
const PATIENCE = { ready: 1_500, other: 1_500 };

let dir: string;
let program: string;
let told: string[];
let logged: string[];
const paths = () => pathsOf(dir);

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ccbot-auto-'));
  mkdirSync(paths().run);
  program = join(dir, 'agent.sh');
  told = [];
  logged = [];
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** An agent that tells `version`, notes that it was started, and never looks like one that is ready. */
function install(version: string): void {
  const started = `echo "$$" >> ${join(dir, 'started')}`;
  const script = `#!/bin/sh\n[ "$1" = --version ] && { ${version}; exit; }\n${started}\necho Welcome; exec cat\n`;
  writeFileSync(program, script, { mode: 0o755 });
}

const socketFile = (socket: string): string => join('/tmp', `tmux-${userInfo().uid}`, socket);

const starts = (): number[] => {
  const file = join(dir, 'started');
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').map(Number) : [];
};

const create = (mode: 'auto' | 'off' = 'auto', patience = PATIENCE): AutoCanary =>
  createAutoCanary({
    config: {
      CCBOT_CANARY: mode,
      CLAUDE_COMMAND: [program],
      CODEX_COMMAND: [join(dir, 'not-there')],
    } as Config,
    paths: paths(),
    kinds: KINDS,
    path: PATH,
    home: dir,
    tell: (key, title, version, wrong) => told.push([key, title, version, ...wrong].join('|')),
    now: () => 0,
    log: Object.assign((_level: string, text: string) => logged.push(text), {
      close: () => Promise.resolve(),
    }) as never,
    patience,
  });

async function run(...args: Parameters<typeof create>): Promise<void> {
  const canary = create(...args);
  canary.start();
  await canary.done();
}

it('tells once what a new version does not do, and tries it no more', async () => {
  install('echo 9.9.9');
  keepResult(dir, { agent: 'other', version: '1.0', at: 0, findings: [] });
  await run();
  expect(told).toEqual(['canary:claude:9.9.9|Claude Code|9.9.9|ready']);
  expect(readResults(dir)).toMatchObject([{ agent: 'other' }, { agent: 'claude', version: '9.9.9' }]);
  expect(starts()).toHaveLength(2); // the second time is to be sure
  await run();
  expect(told).toHaveLength(1);
  expect(starts()).toHaveLength(2);
});

it('tries nothing when it is off, or the program tells no version or fails', async () => {
  install('echo 9.9.9');
  await run('off');
  install('echo hello');
  await run();
  install('echo 1.2.3; exit 1');
  await run();
  expect([told, starts(), readResults(dir)]).toEqual([[], [], []]);
  expect(logged).toEqual(['no canary', 'no canary']);
});

it('leaves nothing behind when the worker stops meanwhile, and the next one tries again', async () => {
  install('echo 9.9.9');
  const canary = create('auto', { ready: 50_000, other: 5_000 });
  canary.start();
  while (starts().length === 0) await new Promise((resolve) => setImmediate(resolve));
  const { dir: place, socket } = JSON.parse(readFileSync(join(paths().run, 'canary.json'), 'utf8')) as Place;
  await canary.stop();
  expect([existsSync(place), existsSync(join(paths().run, 'canary.json'))]).toEqual([false, false]);
  expect(spawnSync('tmux', ['-L', socket, 'ls'], { env: { PATH } }).status).not.toBe(0);
  expect(existsSync(socketFile(socket))).toBe(false);
  expect(() => process.kill(starts()[0] ?? 0, 0)).toThrow('ESRCH');
  expect([told, readResults(dir)]).toEqual([[], []]);
});

it('removes what the canary of a killed worker left, and follows no note to anywhere else', async () => {
  const place = mkdtempSync(join(tmpdir(), 'ccbot-canary-'));
  const socket = `ccbot-canary-${'0'.repeat(6)}${process.pid.toString(16).padStart(6, '0').slice(-6)}`;
  spawnSync('tmux', ['-L', socket, 'new-session', '-d', 'cat'], { env: { PATH } });
  expect(spawnSync('tmux', ['-L', socket, 'ls'], { env: { PATH } }).status).toBe(0);
  noteRunning(paths().run, { dir: place, socket });
  await run('off');
  expect([existsSync(place), existsSync(socketFile(socket))]).toEqual([false, false]);
  expect(spawnSync('tmux', ['-L', socket, 'ls'], { env: { PATH } }).status).not.toBe(0);

  const precious = join(dir, 'precious');
  mkdirSync(precious);
  noteRunning(paths().run, { dir: precious, socket });
  await run('off');
  writeFileSync(join(paths().run, 'canary.json'), '{"dir":');
  await run('off');
  expect(existsSync(precious)).toBe(true);
});
