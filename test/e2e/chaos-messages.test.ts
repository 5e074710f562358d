import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(__dirname, '..', '..');

/** Half a minute on an idle machine; `npm run chaos -- messages` runs as long as you like. */
const LIMIT_MS = 240_000;

it(
  'never loses, repeats or reorders a message or an answer while the worker is killed at any write and Telegram fails',
  () => {
    const args = ['messages', '--seed', '1', '--messages', '60', '--people', '5'];
    const run = spawnSync(process.execPath, [join(root, 'scripts/chaos.mjs'), ...args], {
      encoding: 'utf8',
      timeout: LIMIT_MS - 10_000,
    });
    expect(run.stdout).toContain('no violations');
    expect(run.status).toBe(0);
  },
  LIMIT_MS,
);
