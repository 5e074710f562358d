import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { jsonOf } from '@ccbot/shared/protocol/json';
import type { Programs } from './system';

const root = join(__dirname, '..', '..', '..');

/** Packages that are compiled for one line of Node.js. */
export const COMPILED = ['fs-ext'];

const place = z.object({ node: z.string(), modules: z.string() });

/** A line of Node.js with its addons, as `scripts/nodes.mjs` prepares it. Throws when it is missing. */
export function nodeLine(line: number): z.infer<typeof place> {
  const script = join(root, 'scripts/nodes.mjs');
  const printed = spawnSync(process.execPath, [script, '--print', String(line)], { encoding: 'utf8' });
  if (printed.status !== 0)
    throw new Error(`Node.js ${line} is not here, so nothing is known of it: run \`node scripts/nodes.mjs\``);
  return place.parse(jsonOf(printed.stdout));
}

/**
 * A copy of the built programs below `folder`, which run under `node` and load the compiled addons from `modules`. Every
 * other package is the clone's. Copies, because Node.js looks for packages beside the real file.
 */
export function installFor(folder: string, node: string, modules: string): Programs {
  const packages = join(folder, 'packages');
  for (const name of ['supervisor', 'worker', 'sandbox'])
    for (const part of ['package.json', 'bin', 'dist'])
      cpSync(join(root, 'packages', name, part), join(packages, name, part), {
        recursive: true,
        filter: (path) => !path.includes('/dist/types') && !path.endsWith('.map'),
      });
  const own = join(folder, 'node_modules');
  mkdirSync(join(own, '@ccbot'), { recursive: true });
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (name === '@ccbot' || name.startsWith('.')) continue;
    const from = COMPILED.includes(name) ? modules : join(root, 'node_modules');
    symlinkSync(join(from, name), join(own, name));
  }
  for (const name of ['supervisor', 'worker']) symlinkSync(join(packages, name), join(own, '@ccbot', name));
  return {
    node,
    supervisor: join(packages, 'supervisor/bin/ccbot.js'),
    worker: join(packages, 'worker/bin/ccbot-worker.js'),
    scriptedAgent: join(packages, 'sandbox/bin/ccbot-scripted-agent.js'),
  };
}
