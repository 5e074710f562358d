import type { Family } from '@ccbot/shared/protocol/metrics';

/** Labels of a figure, such as `{ method: 'sendMessage' }`. */
export type Labels = Readonly<Record<string, string>>;

/** A number for each set of labels: a counter that only grows, or a gauge that is set anew. */
export interface Figures {
  add(by: number, labels?: Labels): void;
  /** Forgets every number. */
  clear(): void;
  family(): Family;
}

/** Makes figures of one name. One without labels is there from the start, at 0. */
export function createFigures(
  name: string,
  type: 'counter' | 'gauge',
  help: string,
  labelled: boolean,
): Figures {
  const values = new Map<string, { labels: Record<string, string>; value: number }>();
  const add = (by: number, labels: Labels = {}): void => {
    const key = JSON.stringify(labels);
    values.set(key, { labels: { ...labels }, value: (values.get(key)?.value ?? 0) + by });
  };
  if (!labelled) add(0);
  return {
    add,
    clear: () => values.clear(),
    family: () => ({ name, help, type, samples: [...values.values()] }),
  };
}

/** How many observations were at most so large, for each set of labels. */
export interface Histogram {
  observe(value: number, labels?: Labels): void;
  family(): Family;
}

/** Makes a histogram with upper bounds in rising order; what is beyond the last is in `+Inf` alone. */
export function createHistogram(name: string, help: string, bounds: readonly number[]): Histogram {
  const series = new Map<string, { labels: Labels; within: number[]; sum: number; count: number }>();
  return {
    observe(value, labels = {}) {
      const key = JSON.stringify(labels);
      const old = series.get(key) ?? { labels, within: bounds.map(() => 0), sum: 0, count: 0 };
      const within = old.within.map((n, i) => n + (value <= (bounds[i] ?? 0) ? 1 : 0));
      series.set(key, { labels, within, sum: old.sum + value, count: old.count + 1 });
    },
    family: () => ({
      name,
      help,
      type: 'histogram',
      samples: [...series.values()].flatMap(({ labels, within, sum, count }) => [
        ...[...within, count].map((value, i) => ({
          name: `${name}_bucket`,
          labels: { ...labels, le: i < bounds.length ? String(bounds[i]) : '+Inf' },
          value,
        })),
        { name: `${name}_sum`, labels: { ...labels }, value: sum },
        { name: `${name}_count`, labels: { ...labels }, value: count },
      ]),
    }),
  };
}
