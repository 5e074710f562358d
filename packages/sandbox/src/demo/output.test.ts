import { createOutput } from './output';

function shown(verbose: boolean, ...chunks: string[]): string[] {
  const lines: string[] = [];
  const output = createOutput(verbose, (line) => lines.push(line));
  for (const chunk of chunks) output.take(chunk);
  return lines;
}

const time = '2026-11-23 08:04:44';

it('shows only warnings and errors, with the lines that continue them', () => {
  expect(
    shown(
      false,
      `${time} info  a: fine\nmore of it\n${time} error b: broken\n at x\n${time} warn  c: odd\n${time} info  d: fine\n`,
    ),
  ).toEqual(['error: b: broken', '   at x', 'warn: c: odd']);
});

it('joins the pieces of a line', () => {
  expect(shown(false, `${time} err`, 'or b: bro', 'ken\n')).toEqual(['error: b: broken']);
});

it('shows everything unchanged when it is verbose', () => {
  expect(shown(true, `${time} info  a: fine\nx\n`)).toEqual([`${time} info  a: fine`, 'x']);
});

it('remembers only the last lines', () => {
  const output = createOutput(false, () => undefined);
  for (let i = 0; i < 100; i++) output.take(`${i}\n`);
  expect(output.last()).toEqual(Array.from({ length: 15 }, (_, i) => String(85 + i)));
});
