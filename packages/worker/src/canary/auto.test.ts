import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { TMUX } from '@ccbot/shared/fixtures/tmux';
import { until } from '@ccbot/shared/fixtures/until';
import { pathsOf } from '@ccbot/shared/config/paths';
import type { Config } from '@ccbot/shared/config/schema';
import { KINDS } from '../agents/registry';
import { createAutoCanary, type AutoCanary } from './auto';
import { recordRunning, type Place } from './leftover';
import { readResults, storeResult } from './result';

const PATH = `${dirname(process.execPath)}:/usr/bin:/bin`;
const PATIENCE = { ready: 1_500, other: 1_500 };

let dir: string;
let program: string;
let notices: string[];
let logged: string[];
const paths = () => pathsOf(dir);

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ccbot-auto-'));
  mkdirSync(paths().run);
  program = join(dir, 'agent.sh');
  notices = [];
  logged = [];
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** An agent that runs `version` for its version, records each start, and never looks ready. */
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
  createAutoCanary(
    {
      settings: {
        config: {
          CCBOT_CANARY: mode,
          CCBOT_TMUX: TMUX,
          CLAUDE_COMMAND: [program],
          CODEX_COMMAND: [join(dir, 'not-there')],
        } as Config,
        paths: paths(),
      },
      kinds: KINDS,
      user: { path: PATH, home: dir },
      tell: (key, title, version, missed) => notices.push([key, title, version, ...missed].join('|')),
      now: () => 0,
      log: Object.assign((_level: string, text: string) => logged.push(text), {
        close: () => Promise.resolve(),
      }) as never,
    },
    patience,
  );

async function run(...args: Parameters<typeof create>): Promise<void> {
  const canary = create(...args);
  canary.start();
  await canary.done();
}

it('reports the failures of a new version once, and does not test it again', async () => {
  install('echo 9.9.9');
  storeResult(dir, { agent: 'other', version: '1.0', at: 0, findings: [] });
  await run();
  expect(notices).toEqual(['canary:claude:9.9.9|Claude Code|9.9.9|ready']);
  expect(readResults(dir)).toMatchObject([{ agent: 'other' }, { agent: 'claude', version: '9.9.9' }]);
  expect(starts()).toHaveLength(2); // the second run confirms the failure
  await run();
  expect(notices).toHaveLength(1);
  expect(starts()).toHaveLength(2);
});

it('tests nothing when it is off, or the program reports no version or fails', async () => {
  install('echo 9.9.9');
  await run('off');
  install('echo hello');
  await run();
  install('echo 1.2.3; exit 1');
  await run();
  expect([notices, starts(), readResults(dir)]).toEqual([[], [], []]);
  expect(logged).toEqual(['canary: skipped', 'canary: skipped']);
});

it('cleans up when the worker stops during a test, and the next worker tests again', async () => {
  install('echo 9.9.9');
  const canary = create('auto', { ready: 50_000, other: 5_000 });
  canary.start();
  await until(() => starts().length > 0);
  const { dir: place, socket } = JSON.parse(readFileSync(join(paths().run, 'canary.json'), 'utf8')) as Place;
  await canary.stop();
  expect([existsSync(place), existsSync(join(paths().run, 'canary.json'))]).toEqual([false, false]);
  expect(spawnSync(TMUX, ['-L', socket, 'ls'], { env: { PATH } }).status).not.toBe(0);
  expect(existsSync(socketFile(socket))).toBe(false);
  expect(() => process.kill(starts()[0] ?? 0, 0)).toThrow('ESRCH');
  expect([notices, readResults(dir)]).toEqual([[], []]);
});

it('cleans up after the canary of a killed worker, and ignores a record of any other place', async () => {
  const place = mkdtempSync(join(tmpdir(), 'ccbot-canary-'));
  const socket = `ccbot-canary-${'0'.repeat(6)}${process.pid.toString(16).padStart(6, '0').slice(-6)}`;
  spawnSync(TMUX, ['-L', socket, 'new-session', '-d', 'cat'], { env: { PATH } });
  expect(spawnSync(TMUX, ['-L', socket, 'ls'], { env: { PATH } }).status).toBe(0);
  recordRunning(paths().run, { dir: place, socket });
  await run('off');
  expect([existsSync(place), existsSync(socketFile(socket))]).toEqual([false, false]);
  expect(spawnSync(TMUX, ['-L', socket, 'ls'], { env: { PATH } }).status).not.toBe(0);

  const precious = join(dir, 'precious');
  mkdirSync(precious);
  recordRunning(paths().run, { dir: precious, socket });
  await run('off');
  writeFileSync(join(paths().run, 'canary.json'), '{"dir":');
  await run('off');
  expect(existsSync(precious)).toBe(true);
});
