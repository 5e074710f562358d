import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './files';

const TOKEN = `123456789:${'TEST'.repeat(9)}`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ccbot-start-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs `npm start -- …args`, without npm, in an empty directory with an empty home. */
function start(
  args: string[],
  env: Record<string, string> = {},
): { status: number | null; out: string; err: string } {
  const run = spawnSync(process.execPath, [join(root, 'scripts/start.mjs'), ...args], {
    cwd: folder,
    env: { PATH: process.env['PATH'], HOME: folder, ...env },
    encoding: 'utf8',
    timeout: 60_000,
  });
  return { status: run.status, out: run.stdout, err: run.stderr };
}

function settings(path: string, text: string): void {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), text, { mode: 0o600 });
}

const demo = /^Usage: ccbot-sandbox demo/;
const itself = /^Usage: ccbot supervise/;

describe('npm start', () => {
  it('runs the demo without a token, and says where it looked', () => {
    const { status, out, err } = start(['--help']);
    expect(status).toBe(0);
    expect(out).toMatch(demo);
    expect(err).toContain('No TELEGRAM_BOT_TOKEN');
    expect(err).toContain(join(folder, '.ccbot/.env'));
  });

  it('takes an empty token for none', () => {
    settings('.ccbot/.env', 'TELEGRAM_BOT_TOKEN=\n');
    expect(start(['--help']).out).toMatch(demo);
  });

  it.each([
    ['the environment', () => start(['--help'], { TELEGRAM_BOT_TOKEN: TOKEN })],
    [
      '.env in the working directory',
      () => (settings('.env', `TELEGRAM_BOT_TOKEN=${TOKEN}\n`), start(['--help'])),
    ],
    [
      '.env in CCBOT_DIR',
      () => (settings('.ccbot/.env', `TELEGRAM_BOT_TOKEN="${TOKEN}"\n`), start(['--help'])),
    ],
    [
      '.env in a CCBOT_DIR that .env in the working directory names',
      () => {
        settings('.env', 'CCBOT_DIR=~/other\n');
        settings('other/.env', `export TELEGRAM_BOT_TOKEN=${TOKEN}\n`);
        return start(['--help']);
      },
    ],
  ])('runs ccbot itself with a token in %s', (_, run) => {
    expect(run().out).toMatch(itself);
  });

  it('ends with the exit code of the program', () => {
    const { status, err } = start([], { TELEGRAM_BOT_TOKEN: 'no token at all' });
    expect(status).toBe(78);
    expect(err).toContain('TELEGRAM_BOT_TOKEN');
    expect(err).not.toContain('no token at all');
  });
});
