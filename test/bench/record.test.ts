import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Figure } from './figure';
import { recentFigures, record, regressions, type Conditions } from './record';

const conditions: Conditions = { node: 'v20', cores: 2, tmux: 'tmux 3.3a', quick: false };
const figure = (value: number, more: Partial<Figure> = {}): Figure => ({
  what: 'answer, p50',
  unit: 'ms',
  value,
  note: '',
  ...more,
});

describe('the history of figures', () => {
  let dir: string;
  let path: string;

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'ccbot-history-'));
    path = join(dir, 'new/history.jsonl');
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  const add = (value: number, under = conditions): void =>
    record(path, { at: new Date(0), commit: 'c', conditions: under, figures: [figure(value)] });

  it('is empty before the first run', () => {
    expect(recentFigures(path, conditions).size).toBe(0);
  });

  it('gives the median of the last five runs', () => {
    for (const value of [100, 100, 100, 5, 4, 3, 2, 1]) add(value);
    expect(recentFigures(path, conditions).get('answer, p50')).toBe(3);
  });

  it('compares only runs under the same conditions', () => {
    add(1, { ...conditions, quick: true });
    add(2, { ...conditions, node: 'v26' });
    expect(recentFigures(path, conditions).size).toBe(0);
  });

  it('passes over lines that a killed run left, and lines of something else', () => {
    add(7);
    appendFileSync(path, '{"at":"2026\nnull\n{"figures":{"answer, p50":"7"}}\n');
    add(9);
    expect(recentFigures(path, conditions).get('answer, p50')).toBe(7);
  });

  it('leaves out a figure that has no value', () => {
    add(NaN);
    expect(recentFigures(path, conditions).size).toBe(0);
  });

  it('reports a figure that is worse by more than a quarter, in its own direction', () => {
    const recent = new Map([['answer, p50', 100]]);
    expect(regressions([figure(125)], recent)).toEqual([]);
    expect(regressions([figure(126)], recent)).toEqual(['answer, p50: 126.00 ms, in the runs before 100.00']);
    expect(regressions([figure(126, { higherIsBetter: true })], recent)).toEqual([]);
    expect(regressions([figure(79, { higherIsBetter: true })], recent)).toHaveLength(1);
    expect(regressions([figure(1e6)], new Map())).toEqual([]);
  });
});
