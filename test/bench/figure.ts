/** A measured figure with its target, and the same figure for the usual way of doing it. */
export interface Figure {
  what: string;
  unit: string;
  value: number;
  /** The upper limit, or the lower one where higher is better; absent: informational. */
  target?: number;
  higherIsBetter?: true;
  /** The same figure before: of another commit in the same run, or of earlier runs on this machine. */
  before?: { value: number; ratios?: readonly number[] };
  /** The same work done the usual way, in the same run. */
  usual?: { value: number; how: string };
  /** Number of samples, duration, and what else a reader has to know. */
  note: string;
}

/** Whether the target is met; null without a target. */
export function isMet(figure: Figure): boolean | null {
  const { target, value } = figure;
  if (target === undefined) return null;
  return figure.higherIsBetter === true ? value >= target : value <= target;
}

/** `before` heads the column with the same figures before. */
export function table(figures: readonly Figure[], before: string): string {
  const format = (value: number, unit: string): string =>
    `${value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)} ${unit}`.trim();
  const rows = figures.map((f) => {
    const ok = isMet(f);
    return [
      ok === null ? ' ' : ok ? '✓' : '✗',
      f.what,
      format(f.value, f.unit),
      f.target === undefined ? '' : `${f.higherIsBetter === true ? '≥' : '≤'} ${format(f.target, f.unit)}`,
      f.before === undefined ? '' : format(f.before.value, f.unit),
      f.before === undefined ? '' : factor(f.value / f.before.value),
      f.usual === undefined ? '' : format(f.usual.value, f.unit),
      f.usual === undefined ? '' : factor(f.usual.value / f.value),
      [pairsOf(f), f.usual === undefined ? '' : `usual way: ${f.usual.how}`, f.note]
        .filter(Boolean)
        .join('; '),
    ];
  });
  const head = ['', 'figure', 'measured', 'target', before, 'change', 'usual way', 'ratio', ''];
  const last = head.length - 1;
  const widths = head.map((h, i) => Math.max(h.length, ...rows.map((r) => (r[i] ?? '').length)));
  return [head, ...rows]
    .map((r) =>
      r
        .map((cell, i) =>
          i >= 2 && i < last ? cell.padStart(widths[i] ?? 0) : cell.padEnd(i === last ? 0 : (widths[i] ?? 0)),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

const pairsOf = ({ before }: Figure): string =>
  before?.ratios === undefined ? '' : `change in each pair ${before.ratios.map(factor).join(', ')}`;

const factor = (ratio: number): string =>
  Number.isFinite(ratio) ? `${ratio.toFixed(ratio < 10 ? 2 : 0)}×` : '–';
