/** One measured figure beside what it should be and what the usual way gives. */
export interface Figure {
  what: string;
  unit: string;
  value: number;
  /** The most it may be; absent: only told. */
  target?: number;
  /** The same work done the usual way, in the same run. */
  usual?: { value: number; how: string };
  /** How many samples, how long, what stands for what. */
  note: string;
}

/** True, false, or null where there is no target. */
export function met(figure: Figure): boolean | null {
  return figure.target === undefined ? null : figure.value <= figure.target;
}

/** The figures as a table for a terminal. */
export function table(figures: readonly Figure[]): string {
  const shown = (value: number, unit: string): string =>
    `${value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)} ${unit}`.trim();
  const rows = figures.map((f) => {
    const ok = met(f);
    return [
      ok === null ? ' ' : ok ? '✓' : '✗',
      f.what,
      shown(f.value, f.unit),
      f.target === undefined ? '' : `≤ ${shown(f.target, f.unit)}`,
      f.usual === undefined ? '' : shown(f.usual.value, f.unit),
      f.usual === undefined ? '' : factor(f.usual.value / f.value),
      [f.usual === undefined ? '' : `usual way: ${f.usual.how}`, f.note].filter(Boolean).join('; '),
    ];
  });
  const head = ['', 'figure', 'measured', 'target', 'usual way', 'ratio', ''];
  const widths = head.map((h, i) => Math.max(h.length, ...rows.map((r) => (r[i] ?? '').length)));
  return [head, ...rows]
    .map((r) =>
      r
        .map((cell, i) =>
          i >= 2 && i <= 5 ? cell.padStart(widths[i] ?? 0) : cell.padEnd(i === 6 ? 0 : (widths[i] ?? 0)),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

const factor = (ratio: number): string =>
  Number.isFinite(ratio) ? `${ratio.toFixed(ratio < 10 ? 1 : 0)}×` : '–';
