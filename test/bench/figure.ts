/** A measured figure with its target, and the same figure for the usual way of doing it. */
export interface Figure {
  what: string;
  unit: string;
  value: number;
  /** The upper limit; absent: informational. */
  target?: number;
  /** The same work done the usual way, in the same run. */
  usual?: { value: number; how: string };
  /** Number of samples, duration, and what else a reader has to know. */
  note: string;
}

/** Whether the target is met; null without a target. */
export function isMet(figure: Figure): boolean | null {
  return figure.target === undefined ? null : figure.value <= figure.target;
}

export function table(figures: readonly Figure[]): string {
  const format = (value: number, unit: string): string =>
    `${value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)} ${unit}`.trim();
  const rows = figures.map((f) => {
    const ok = isMet(f);
    return [
      ok === null ? ' ' : ok ? '✓' : '✗',
      f.what,
      format(f.value, f.unit),
      f.target === undefined ? '' : `≤ ${format(f.target, f.unit)}`,
      f.usual === undefined ? '' : format(f.usual.value, f.unit),
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
