import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startWorker, type WorkerEnd } from './worker';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ccbot-start-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const endOf = (program: string): Promise<WorkerEnd> =>
  new Promise((resolve) => {
    startWorker({
      node: process.execPath,
      entry: join(dir, 'worker.js'),
      prefix: [program],
      env: {},
      cwd: dir,
      generation: 1,
      token: null,
      lockFds: [],
      onMessage: () => undefined,
      onLine: () => undefined,
      clean: (text) => text,
      onEnd: resolve,
    });
  });

it('says which program is missing, and what to do', async () => {
  const { error } = await endOf(join(dir, 'gone'));
  expect(error).toContain('Cannot start a program of ccbot: spawn');
  expect(error).toContain('gone ENOENT. If the program that is named was moved');
});

it('says which program may not be run', async () => {
  const path = join(dir, 'no-program');
  writeFileSync(path, '');
  expect((await endOf(path)).error).toContain('no-program EACCES. If the program');
});
