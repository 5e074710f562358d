import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { servesWindows } from './server';

let dir: string;
let child: ChildProcess | undefined;
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'ccbot-codex-server-'))));
afterEach(() => {
  child?.kill('SIGKILL');
  rmSync(dir, { recursive: true, force: true });
});

/** A server with its own socket, started with the argument `word`. Prints a line for each connection and disconnection. */
async function server(word: string): Promise<{ pid: number; path: string; said(): Promise<unknown> }> {
  const path = join(dir, `${word}.sock`);
  const program = `require('node:net').createServer((s) => {
    console.log('came');
    s.on('close', () => console.log('went')).on('error', () => {}).resume();
  }).listen(${JSON.stringify(path)}, () => console.log('up'));`;
  child = spawn(process.execPath, ['-e', program, word], { stdio: ['ignore', 'pipe', 'inherit'] });
  const out = child.stdout as NodeJS.ReadableStream;
  await once(out, 'data');
  return { pid: child.pid ?? 0, path, said: () => once(out, 'data') };
}

it('serves windows only while one is connected', async () => {
  const { pid, path, said } = await server('app-server');
  expect(await servesWindows(pid)).toBe(false);
  const came = said();
  const window = connect(path);
  await came;
  expect(await servesWindows(pid)).toBe(true);
  const went = said();
  window.destroy();
  await went;
  expect(await servesWindows(pid)).toBe(false);
});

it('recognizes no other program with sockets, and no ended process', async () => {
  const { pid, path, said } = await server('exec');
  const came = said();
  const window = connect(path);
  await came;
  expect(await servesWindows(pid)).toBe(false);
  window.destroy();
  expect(await servesWindows(2 ** 30)).toBe(false);
});
