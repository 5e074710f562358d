import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(__dirname, '..', '..');

/** About a minute on an idle machine; `npm run chaos` runs as long as you like. */
const LIMIT_MS = 300_000;

/** With this seed, the first twenty faults hit worker, supervisor, network, disk and clock. */
const SEED = '8453';

it(
  'never has two pollers and loses no message under random faults',
  () => {
    const run = spawnSync(
      process.execPath,
      [join(root, 'scripts/chaos.mjs'), '--seed', SEED, '--faults', '20'],
      {
        encoding: 'utf8',
        timeout: LIMIT_MS - 10_000,
      },
    );
    expect(run.stdout).toContain('no violations');
    expect(run.status).toBe(0);
  },
  LIMIT_MS,
);
