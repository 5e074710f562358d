import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { bundleFixture } from '@ccbot/shared/fixtures/bundle';

let program: string;
beforeAll(() => {
  program = bundleFixture(join(__dirname, 'fixtures/heap.ts'), 'heap');
});

const MB = 1024 * 1024;

/** What a process of its own reports, whose young generation survives its collections. */
function run(...args: string[]): { youngBytes: number; keptBytes: number } {
  const output = execFileSync(process.execPath, [program, ...args], { encoding: 'utf8' });
  return JSON.parse(output) as { youngBytes: number; keptBytes: number };
}

it('stops the young generation from growing', () => {
  expect(run().youngBytes).toBeGreaterThanOrEqual(24 * MB);
  expect(run('limit').youngBytes).toBeLessThanOrEqual(16 * MB);
});

it('lets it grow again after V8 made it small', () => {
  expect(run('limit', 'rest').youngBytes).toBeGreaterThanOrEqual(4 * MB);
});

it('collects garbage without an option on the command line', () => {
  expect(run('limit').keptBytes).toBeGreaterThan(10 * MB);
  expect(run('limit', 'collect').keptBytes).toBeLessThan(10 * MB);
});
