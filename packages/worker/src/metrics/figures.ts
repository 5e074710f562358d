import type { Family } from '@ccbot/shared/protocol/metrics';

/** Labels of a figure, such as `{ method: 'sendMessage' }`. */
export type Labels = Readonly<Record<string, string>>;

/** A number for each set of labels: a counter, which only grows, or a gauge, which is cleared and set again. */
export interface Figures {
  add(by: number, labels?: Labels): void;
  /** Removes every number. */
  clear(): void;
  family(): Family;
}

/** Creates figures of one name. Without labels, the number exists from the start, at 0. */
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

/** Counts observations by upper bound, for each set of labels. */
export interface Histogram {
  observe(value: number, labels?: Labels): void;
  family(): Family;
}

interface Series {
  labels: Labels;
  /** How many observations are at most as large as each bound. */
  within: number[];
  sum: number;
  count: number;
}

/** Creates a histogram with bounds in rising order. An observation beyond the last counts in `+Inf` only. */
export function createHistogram(name: string, help: string, bounds: readonly number[]): Histogram {
  const series = new Map<string, Series>();
  return {
    observe(value, labels = {}) {
      const key = JSON.stringify(labels);
      const before = series.get(key) ?? { labels, within: bounds.map(() => 0), sum: 0, count: 0 };
      series.set(key, {
        labels,
        within: before.within.map((n, i) => n + (value <= (bounds[i] ?? 0) ? 1 : 0)),
        sum: before.sum + value,
        count: before.count + 1,
      });
    },
    family: () => ({
      name,
      help,
      type: 'histogram',
      samples: [...series.values()].flatMap((each) => samplesOf(name, bounds, each)),
    }),
  };
}

function samplesOf(
  name: string,
  bounds: readonly number[],
  { labels, within, sum, count }: Series,
): Family['samples'] {
  const buckets = [...within, count].map((value, i) => ({
    name: `${name}_bucket`,
    labels: { ...labels, le: i < bounds.length ? String(bounds[i]) : '+Inf' },
    value,
  }));
  return [
    ...buckets,
    { name: `${name}_sum`, labels: { ...labels }, value: sum },
    { name: `${name}_count`, labels: { ...labels }, value: count },
  ];
}
