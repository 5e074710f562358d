import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import * as z from 'zod/mini';
import type { Figure } from './figure';
import { median } from './stats';

/** What a figure can be compared with: the same machine, the same length of the run. */
export interface Conditions {
  node: string;
  cores: number;
  tmux: string;
  quick: boolean;
}

const RUN = z.object({
  at: z.string(),
  commit: z.string(),
  conditions: z.object({ node: z.string(), cores: z.number(), tmux: z.string(), quick: z.boolean() }),
  figures: z.record(z.string(), z.number()),
});
type Run = z.infer<typeof RUN>;

/** Adds a run to the history, one line of JSON each. */
export function record(
  path: string,
  run: { at: Date; commit: string; conditions: Conditions; figures: readonly Figure[] },
): void {
  const figures = Object.fromEntries(
    run.figures.filter(({ value }) => Number.isFinite(value)).map(({ what, value }) => [what, value]),
  );
  mkdirSync(dirname(path), { recursive: true });
  const line: Run = { at: run.at.toISOString(), commit: run.commit, conditions: run.conditions, figures };
  appendFileSync(path, `${JSON.stringify(line)}\n`);
}

/** How many earlier runs a figure is compared with. */
const RECENT = 5;

/** The median of each figure over the last runs under the same conditions. A line that is damaged does not count. */
export function recentFigures(path: string, conditions: Conditions): Map<string, number> {
  const runs = readRuns(path).filter((run) => JSON.stringify(run.conditions) === JSON.stringify(conditions));
  const names = new Set(runs.flatMap(({ figures }) => Object.keys(figures)));
  return new Map(
    [...names].map((name) => {
      const values = runs.flatMap(({ figures }) => figures[name] ?? []);
      return [name, median(values.slice(-RECENT))];
    }),
  );
}

function readRuns(path: string): Run[] {
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((line) => {
      try {
        const run = RUN.safeParse(JSON.parse(line));
        return run.success ? [run.data] : [];
      } catch {
        return []; // a run that was killed while it wrote
      }
    });
}

/** A figure may be worse than the runs before it by this factor: a machine is never quite quiet. */
const TOLERANCE = 1.25;

/** The figures that are clearly worse than in the runs before. */
export function regressions(figures: readonly Figure[], recent: ReadonlyMap<string, number>): string[] {
  return figures.flatMap(({ what, value, unit, higherIsBetter }) => {
    const before = recent.get(what);
    if (before === undefined || before <= 0) return [];
    const factor = higherIsBetter === true ? before / value : value / before;
    return factor > TOLERANCE
      ? [`${what}: ${value.toFixed(2)} ${unit}, in the runs before ${before.toFixed(2)}`]
      : [];
  });
}
