import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(__dirname, '..', '..');

/** About a minute on an idle machine; `npm run chaos -- cluster` runs as long as you like. */
const LIMIT_MS = 400_000;

/** With this seed, the machine that polls is cut from the cluster, killed, and stopped; another one and nats-server are killed. */
const SEED = '492439';

it(
  'never has two pollers and loses no update or answer while machines, the server and the ways between them fail',
  () => {
    // At full speed, half a minute more would go by until everything is in the chat: each machine sends once a second.
    const args = ['cluster', '--seed', SEED, '--faults', '5', '--pairs', '2', '--pause', '2'];
    const run = spawnSync(process.execPath, [join(root, 'scripts/chaos.mjs'), ...args], {
      encoding: 'utf8',
      timeout: LIMIT_MS - 10_000,
    });
    expect(run.stdout).toContain('no violations');
    expect(run.status).toBe(0);
  },
  LIMIT_MS,
);
