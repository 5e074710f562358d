import { wordsIn } from '../words/words';
import { footerRows } from './footer';

const words = wordsIn('en').board;

const of = (...names: string[]) => names.map((name) => ({ id: `id-${name}`, name }));
const texts = (rows: ReturnType<typeof footerRows>): string[][] => rows.map((row) => row.map((b) => b.text));

it('has a button for each session, oldest first and three a row, and marks the active one', () => {
  expect(texts(footerRows(of('a', 'b', 'c', 'd'), 'id-c', words))).toEqual([['a', 'b', '● c'], ['d']]);
});

it('keeps the place of every button when another session becomes active, or a new one comes', () => {
  const places = (rows: ReturnType<typeof footerRows>): string[] => rows.flat().map((b) => b.data);
  const before = places(footerRows(of('a', 'b', 'c'), 'id-a', words));
  expect(places(footerRows(of('a', 'b', 'c', 'd'), 'id-d', words)).slice(0, 3)).toEqual(before);
});

it('is empty when there is nothing to choose', () => {
  expect(footerRows([], undefined, words)).toEqual([]);
  expect(footerRows(of('a'), 'id-a', words)).toEqual([]);
  expect(texts(footerRows(of('a'), 'id-gone', words))).toEqual([['a']]);
});

it('stays within what Telegram takes and a thumb can hit, however many sessions there are', () => {
  const rows = footerRows(
    of(...Array.from({ length: 200 }, (_, i) => `session number ${i} of very many`)),
    'x',
    words,
  );
  expect(rows.flat()).toHaveLength(24);
  expect(rows[0]?.[0]).toEqual({ text: '☰ all 200', data: 'list' });
  for (const { text, data } of rows.flat()) {
    expect(text.length).toBeLessThanOrEqual(22);
    expect(new TextEncoder().encode(data).length).toBeLessThanOrEqual(64);
  }
});

it('keeps names of any kind on one line', () => {
  expect(footerRows(of('a\nb\u0000c', 'd'), undefined, words)[0]?.[0]?.text).toBe('a bc');
});
