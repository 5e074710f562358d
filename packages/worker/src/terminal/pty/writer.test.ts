import { spawn } from 'node-pty';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPtyWriter } from './writer';

const internals = (pty: object): { fd: number } => pty as { fd: number };

it('writes everything in order', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'ccbot-writer-'));
  const file = join(directory, 'out');
  const fd = openSync(file, 'w');
  const writer = createPtyWriter(fd);
  await Promise.all(['a', '', '🎉'.repeat(10_000), 'z'].map((text) => writer.write(text)));
  writer.close();
  closeSync(fd);
  expect(readFileSync(file, 'utf8')).toBe(`a${'🎉'.repeat(10_000)}z`);
  rmSync(directory, { recursive: true });
});

it('gives up on a program that reads nothing', async () => {
  const pty = spawn('/bin/sh', ['-c', 'stty raw; echo ready; exec sleep 1000'], {});
  const gone = new Promise((resolve) => pty.onExit(resolve));
  await new Promise<void>((resolve) => pty.onData(() => resolve()));
  const writer = createPtyWriter(internals(pty).fd, 20);
  const writing = [writer.write('x'.repeat(100_000)), writer.write('y')];
  for (const pending of writing) await expect(pending).rejects.toMatchObject({ reason: 'server-down' });
  writer.close();
  pty.kill('SIGKILL');
  await gone;
});

it('fails waiting writes, and writes nothing more, once it is closed', async () => {
  const pty = spawn('/bin/sh', ['-c', 'stty raw; echo ready; exec sleep 1000'], {});
  const gone = new Promise((resolve) => pty.onExit(resolve));
  await new Promise<void>((resolve) => pty.onData(() => resolve()));
  const writer = createPtyWriter(internals(pty).fd);
  const writing = writer.write('x'.repeat(100_000));
  writer.close();
  await expect(writing).rejects.toMatchObject({ reason: 'server-down' });
  await expect(writer.write('y')).rejects.toMatchObject({ reason: 'server-down' });
  pty.kill('SIGKILL');
  await gone;
});
