import { changedLines } from './diff';

const lines = (count: number, last: string): string => `${'\n'.repeat(count - 1)}${last}\n`;

it('compares texts of many lines, and none of more lines than the main thread has time for', () => {
  expect(changedLines(lines(20_000, 'a'), lines(20_000, 'b'))).toContain('-a\n+b');
  expect(changedLines(lines(100_000, 'a'), lines(100_000, 'b'))).toBeNull();
});

it('compares no texts that are too long together', () => {
  const long = 'x'.repeat(300_000);
  expect(changedLines(long, `${long}y`)).toBeNull();
});
