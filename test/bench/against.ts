import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import type { Figure } from './figure';
import { median } from './stats';
import { root } from './place';

/** A clone with built programs. */
export interface Programs {
  /** The commit, short; `here` for this tree. */
  name: string;
  folder: string;
}

/**
 * Checks a commit out into a folder under `.cache` and builds its programs. Throws with git's or the build's own words
 * when the commit does not exist or does not build.
 */
export function programsOf(commit: string): Programs & { remove(): void } {
  const git = (...args: string[]): string =>
    execFileSync('git', ['-C', root, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  const id = git('rev-parse', '--verify', '--end-of-options', `${commit}^{commit}`).trim();
  const folder = mkdtempSync(join(root, '.cache', 'against-'));
  const remove = (): void => {
    spawnSync('git', ['-C', root, 'worktree', 'remove', '--force', folder]);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    git('worktree', 'add', '--quiet', '--detach', '--force', folder, id);
    takePackages(folder);
    execFileSync(process.execPath, [join(folder, 'scripts/prepare.mjs')], {
      stdio: ['ignore', 'inherit', 'inherit'],
    });
  } catch (error) {
    remove();
    throw error;
  }
  return { name: id.slice(0, 9), folder, remove };
}

/** Links this tree's installed packages into a clone that locks the same ones, which saves compiling the addons again. */
function takePackages(folder: string): void {
  const lock = (clone: string): string => readFileSync(join(clone, 'package-lock.json'), 'utf8');
  if (lock(root) !== lock(folder)) return;
  for (const packages of [
    '.',
    'packages/shared',
    'packages/supervisor',
    'packages/worker',
    'packages/sandbox',
  ]) {
    const from = join(root, packages, 'node_modules');
    if (existsSync(from)) spawnSync('cp', ['-al', from, join(folder, packages)]);
  }
}

/**
 * Runs a bench with the programs of both trees in turns, `pairs` times, so that what else the machine does falls on both.
 * A figure is the median over its runs; the ratios are those within each pair.
 */
export async function runPairs(
  bench: string,
  { before, here, pairs, options }: { before: Programs; here: Programs; pairs: number; options: string[] },
): Promise<Figure[]> {
  const runs: { before: Figure[]; here: Figure[] }[] = [];
  for (let pair = 0; pair < pairs; pair++) {
    process.stderr.write(`${bench}: pair ${pair + 1} of ${pairs}\n`);
    // The second run of a pair finds a warmer machine, so the order alternates.
    const first = pair % 2 === 0 ? before : here;
    const one = await runAlone(bench, first, options);
    const other = await runAlone(bench, first === before ? here : before, options);
    runs.push(first === before ? { before: one, here: other } : { before: other, here: one });
  }
  return (runs[0]?.here ?? []).map((figure) => paired(figure, runs));
}

function paired(figure: Figure, runs: readonly { before: Figure[]; here: Figure[] }[]): Figure {
  const valueIn = (figures: readonly Figure[]): number =>
    figures.find(({ what }) => what === figure.what)?.value ?? NaN;
  const values = runs.map((run) => ({ before: valueIn(run.before), here: valueIn(run.here) }));
  return {
    ...figure,
    value: median(values.map(({ here }) => here)),
    before: {
      value: median(values.map(({ before }) => before)),
      ratios: values.map(({ before, here }) => here / before),
    },
  };
}

const OUTPUT = z.object({
  figures: z.array(z.looseObject({ what: z.string(), value: z.nullable(z.number()) })),
});

/** Runs one bench in a process of its own with the programs of a tree. */
async function runAlone(bench: string, { name, folder }: Programs, options: string[]): Promise<Figure[]> {
  const script = process.argv[1] ?? '';
  const child = spawn(
    process.execPath,
    ['--enable-source-maps', script, '--only', bench, '--json', '--no-record', ...options],
    { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, CCBOT_PROGRAMS: folder } },
  );
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += String(chunk)));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  if (code !== 0) throw new Error(`${bench} failed with the programs of ${name}`);
  return OUTPUT.parse(JSON.parse(output)).figures as unknown as Figure[];
}
