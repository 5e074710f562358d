import { spawn, spawnSync } from 'node:child_process';
import { build } from 'esbuild';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { identitiesAsData } from '../../../../scripts/identities.mjs';
import { workerSocketOf } from '@ccbot/shared/config/sockets';

let dir: string;
let program: string;
let server: Server | undefined;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'ccbot-line-'));
  program = join(dir, 'statusline.js');
  await build({
    entryPoints: [join(__dirname, 'statusline.ts')],
    outfile: program,
    bundle: true,
    platform: 'node',
    plugins: [identitiesAsData()],
    logLevel: 'error',
  });
  mkdirSync(join(dir, 'run'), { mode: 0o700 });
});
afterEach(() => server?.close());
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const input = '{"session_id":"abc","cost":{"total_cost_usd":0.5}}\n';
const env = (): Record<string, string> => ({
  PATH: process.env['PATH'] ?? '',
  CCBOT_DIR: dir,
  CCBOT_SESSION: 's1',
});
const run = (args: string[], stdin: string | Buffer = input) =>
  spawnSync(process.execPath, [program, ...args], { env: env(), input: stdin, encoding: 'utf8' });

/** Listens on the worker's socket. Resolves with the first line. */
function listen(): Promise<string> {
  return new Promise((resolve) => {
    server = createServer((socket) => {
      let text = '';
      socket.on('data', (chunk) => (text += chunk.toString()));
      socket.on('end', () => resolve(text));
    }).listen(workerSocketOf(dir));
  });
}

describe('ccbot statusline', () => {
  it('runs the user’s command with the same input, and exits with its code', () => {
    expect(run(['cat'])).toMatchObject({ status: 0, stdout: input, stderr: '' });
    expect(run(['cat >/dev/null; printf "\\033[31mred\\033[0m"; echo oops >&2; exit 3'])).toMatchObject({
      status: 3,
      stdout: '\u001b[31mred\u001b[0m',
      stderr: 'oops\n',
    });
  });

  it('prints nothing when the user has no command', () => {
    expect(run([])).toMatchObject({ status: 0, stdout: '', stderr: '' });
    expect(run([''])).toMatchObject({ status: 0, stdout: '', stderr: '' });
  });

  it('survives garbage as input, and a command that does not read it', () => {
    for (const odd of ['', 'garbage', '[]', '{"session_id":7}', Buffer.alloc(200_000, 120)]) {
      expect(run(['echo mine'], odd)).toMatchObject({ status: 0, stdout: 'mine\n', stderr: '' });
    }
    expect(run(['true'], `{"session_id":"x","long":"${'y'.repeat(2_000_000)}"}`).status).toBe(0);
  });

  it('sends the worker its input, and still prints the line', async () => {
    const received = listen();
    const child = spawn(process.execPath, [program, 'echo mine'], { env: env() });
    let out = '';
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    const ended = new Promise((resolve) => child.on('close', resolve));
    child.stdin.end(input);
    expect(JSON.parse(await received)).toMatchObject({
      v: 1,
      kind: 'statusline',
      ccbotSession: 's1',
      payload: { session_id: 'abc', cost: { total_cost_usd: 0.5 } },
    });
    expect(await ended).toBe(0);
    expect(out).toBe('mine\n');
  });

  it('ends the command when it is ended itself', async () => {
    const child = spawn(process.execPath, [program, 'echo up; exec sleep 60'], { env: env() });
    child.stdin.end(input);
    await new Promise((resolve) => child.stdout.once('data', resolve));
    const closed = new Promise((resolve) => child.on('close', resolve));
    child.kill('SIGTERM');
    await closed; // its output closes only when the command ends
    expect(child.exitCode ?? child.signalCode).not.toBeNull();
  });
});
