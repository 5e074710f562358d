// Reads: scripts/start.mjs scripts/prepare.mjs packages/sandbox/src/demo/
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atTerminal } from '@ccbot/shared/fixtures/terminal';
import { root } from './files';

const TOKEN = `123456789:${'TEST'.repeat(9)}`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ccbot-start-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs `npm start -- …args` without npm, in an empty directory that is also the home. */
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

/** The test uses its own tmux, because a demo kills the sessions of an earlier demo. */
const tmux = (): Record<string, string> => ({ TMUX_TMPDIR: folder });

function settings(path: string, text: string): void {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), text, { mode: 0o600 });
}

const demo = /^Usage: ccbot-sandbox demo/;
const ccbot = /^Usage: ccbot supervise/;

describe('npm start', () => {
  it('runs the demo without a token, and names the places that it searched', () => {
    const { status, out, err } = start(['--help']);
    expect(status).toBe(0);
    expect(out).toMatch(demo);
    expect(err).toContain('No TELEGRAM_BOT_TOKEN');
    expect(err).toContain(join(folder, '.ccbot/.env'));
  });

  it('treats an empty token as missing', () => {
    settings('.ccbot/.env', 'TELEGRAM_BOT_TOKEN=\n');
    expect(start(['--help']).out).toMatch(demo);
  });

  it.each([
    ['the environment', () => start(['--help'], { TELEGRAM_BOT_TOKEN: TOKEN })],
    [
      '.env in CCBOT_DIR',
      () => (settings('.ccbot/.env', `TELEGRAM_BOT_TOKEN="${TOKEN}"\n`), start(['--help'])),
    ],
    [
      '.env in a CCBOT_DIR that the environment names',
      () => {
        settings('other/.env', `export TELEGRAM_BOT_TOKEN=${TOKEN}\n`);
        return start(['--help'], { CCBOT_DIR: '~/other' });
      },
    ],
    [
      'the file of --env-file',
      () => (
        settings('mine.env', `TELEGRAM_BOT_TOKEN=${TOKEN}\n`),
        start(['--env-file', 'mine.env', '--help'])
      ),
    ],
  ])('runs ccbot with a token in %s', (_, run) => {
    expect(run().out).toMatch(ccbot);
  });

  it('runs the demo for a token in .env in the working directory, and says that it is not read', () => {
    settings('.env', `TELEGRAM_BOT_TOKEN=${TOKEN}\nCCBOT_DIR=~/other\n`);
    settings('other/.env', `TELEGRAM_BOT_TOKEN=${TOKEN}\n`);
    const { out, err } = start(['--help']);
    expect(out).toMatch(demo);
    expect(err).toContain(`mv .env ${join(folder, '.ccbot/.env')}`);
    expect(err).not.toContain(TOKEN);
  });

  it('reports a port in use, and leaves nothing running', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as AddressInfo;
    const { status, err } = start(['--agent', 'scripted', '--port', String(port)], tmux());
    taken.close();
    expect([status, err]).toEqual([
      1,
      expect.stringContaining('the port is in use; choose another with --port'),
    ]);
    expect(existsSync(join(folder, '.ccbot-sandbox/demo.json'))).toBe(false);
    expect(existsSync(join(folder, '.ccbot-sandbox/state'))).toBe(false);
  });

  it.each([
    ['a narrow terminal without colours', { TERM: 'xterm', NO_COLOR: '1' }, 30],
    ['a terminal without cursor movement', { TERM: 'dumb' }, 80],
  ])(
    'asks for the agent at %s, and creates nothing when Ctrl-C is pressed',
    async (_, variables, columns) => {
      const bin = join(folder, 'bin');
      mkdirSync(bin);
      writeFileSync(join(bin, 'claude'), '#!/bin/sh\nexit 99\n', { mode: 0o755 });
      const env = { PATH: `${bin}:${process.env['PATH']}`, HOME: folder, ...tmux(), ...variables };
      const demo = atTerminal([process.execPath, join(root, 'scripts/start.mjs')], {
        env,
        cwd: folder,
        columns,
      });
      try {
        await demo.sees('Which agent should the demo use');
        demo.types('9\r');
        await demo.sees('Please enter a number from 1 to');
        demo.types('\u0003');
        expect(await demo.end).toBe(130);
        expect(demo.output()).not.toMatch(/[^\r\n\P{Cc}]/u);
        expect(existsSync(join(folder, '.ccbot-sandbox'))).toBe(false);
      } finally {
        demo.kill();
      }
    },
  );

  it('exits with the code of the program', () => {
    const { status, err } = start([], { TELEGRAM_BOT_TOKEN: 'no token at all' });
    expect(status).toBe(78);
    expect(err).toContain('TELEGRAM_BOT_TOKEN');
    expect(err).not.toContain('no token at all');
  });
});
