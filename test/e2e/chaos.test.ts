import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(__dirname, '..', '..');

/** About a minute; `npm run chaos` goes on as long as one likes. */
const LIMIT_MS = 240_000;

it(
  'never has two pollers and loses no message under random faults',
  () => {
    const run = spawnSync(
      process.execPath,
      [join(root, 'scripts/chaos.mjs'), '--seed', '3', '--faults', '20'],
      {
        encoding: 'utf8',
        timeout: LIMIT_MS - 10_000,
      },
    );
    expect(run.stdout).toContain('all held');
    expect(run.status).toBe(0);
  },
  LIMIT_MS,
);
