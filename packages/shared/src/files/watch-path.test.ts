import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { isOutOfWatches, watchPath } from './watch-path';

let dir: string;
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'ccbot-watch-'))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

it('knows the errors of a system without watches from those of a path', () => {
  for (const code of ['ENOSPC', 'EMFILE', 'ENFILE']) expect(isOutOfWatches({ code })).toBe(true);
  for (const error of [{ code: 'ENOENT' }, new Error('ENOSPC'), {}])
    expect(isOutOfWatches(error)).toBe(false);
});

it('reports a change of what it watches, and throws for a path that is not there', async () => {
  const file = join(dir, 'a');
  writeFileSync(file, 'one');
  const polling: boolean[] = [];
  const changed = new Promise<void>((resolve) => {
    const watching = watchPath({
      path: dir,
      polled: [file],
      onChange() {
        watching.close();
        resolve();
      },
      onPolling: (isPolling) => void polling.push(isPolling),
    });
  });
  appendFileSync(file, 'two');
  await changed;
  expect(polling).toEqual([]);
  expect(() => watchPath({ path: join(dir, 'none'), polled: [], onChange: () => undefined })).toThrow(
    'ENOENT',
  );
});

describe('while the system has no watch left', () => {
  /** A process without a free descriptor that watches the file. */
  function watcherOf(file: string, writes: readonly string[] = []) {
    const register = createRequire(__filename).resolve('esbuild-register');
    const program = join(__dirname, '../fixtures/without-watches.ts');
    const command = `ulimit -n 256 && exec "$0" -r "$@"`;
    const child = spawn('/bin/sh', ['-c', command, process.execPath, register, program, file, ...writes], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    return {
      /** Skips everything before this word. */
      async says(word: string): Promise<void> {
        for (;;) {
          const { value, done } = await lines.next();
          if (done === true) throw new Error(`it ended before it said ${word}`);
          if (value === word) return;
        }
      },
      free: () => void child.stdin.write('\n'),
      async end() {
        child.stdin.end();
        return ((await once(child, 'exit')) as [number | null])[0];
      },
    };
  }

  it('looks at the path instead, and goes back to a watch as soon as there is one', async () => {
    const file = join(dir, 'a');
    writeFileSync(file, 'one');
    const watcher = watcherOf(file);
    await watcher.says('EMFILE');
    await watcher.says('polling');
    appendFileSync(file, 'two');
    await watcher.says('changed');
    watcher.free();
    await watcher.says('watching');
    await watcher.says('changed'); // what happened in between is looked at
    appendFileSync(file, 'three');
    await watcher.says('changed');
    expect(await watcher.end()).toBe(0);
  });

  it('notices what changes in the very moment in which it begins', async () => {
    const file = join(dir, 'a');
    writeFileSync(file, 'one');
    const watcher = watcherOf(file, ['two']);
    await watcher.says('changed');
    expect(await watcher.end()).toBe(0);
  });

  it('notices that the file is replaced, removed and there again, and ends when it is closed', async () => {
    const file = join(dir, 'a');
    writeFileSync(file, 'one');
    const watcher = watcherOf(file);
    await watcher.says('polling');
    writeFileSync(join(dir, 'b'), 'another');
    renameSync(join(dir, 'b'), file);
    await watcher.says('changed');
    rmSync(file);
    await watcher.says('changed');
    writeFileSync(file, 'again');
    await watcher.says('changed');
    expect(await watcher.end()).toBe(0); // no timer of it keeps the process
  });
});
