import { createOutput } from './output';

function shown(all: boolean, ...chunks: string[]): string[] {
  const lines: string[] = [];
  const output = createOutput(all, (line) => lines.push(line));
  for (const chunk of chunks) output.take(chunk);
  return lines;
}

const at = '2026-11-23 08:04:44';

it('shows warnings and errors with the lines that belong to them, and no others', () => {
  expect(
    shown(
      false,
      `${at} info  a: fine\nmore of it\n${at} error b: broken\n at x\n${at} warn  c: odd\n${at} info  d: fine\n`,
    ),
  ).toEqual(['error: b: broken', '   at x', 'warn: c: odd']);
});

it('puts pieces of lines together', () => {
  expect(shown(false, `${at} err`, 'or b: bro', 'ken\n')).toEqual(['error: b: broken']);
});

it('shows all as it is when that is wanted', () => {
  expect(shown(true, `${at} info  a: fine\nx\n`)).toEqual([`${at} info  a: fine`, 'x']);
});

it('remembers the last lines, not more', () => {
  const output = createOutput(false, () => undefined);
  for (let i = 0; i < 100; i++) output.take(`${i}\n`);
  expect(output.last()).toEqual(Array.from({ length: 15 }, (_, i) => String(85 + i)));
});
