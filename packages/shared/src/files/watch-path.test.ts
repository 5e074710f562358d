import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
