import { blocksOf } from './blocks';

it('draws block elements as the parts of a cell that they fill', () => {
  expect(blocksOf('█')).toEqual([{ x: 0, y: 0, width: 1, height: 1, shade: 1 }]);
  expect(blocksOf('▄')).toEqual([{ x: 0, y: 0.5, width: 1, height: 0.5, shade: 1 }]);
  expect(blocksOf('▌')).toEqual([{ x: 0, y: 0, width: 0.5, height: 1, shade: 1 }]);
  expect(blocksOf('▒')).toEqual([{ x: 0, y: 0, width: 1, height: 1, shade: 0.5 }]);
});

it('draws each quarter where it belongs', () => {
  const quarters = (char: string): string[] => (blocksOf(char) ?? []).map(({ x, y }) => `${x},${y}`);
  expect(quarters('▘')).toEqual(['0,0']);
  expect(quarters('▚')).toEqual(['0,0', '0.5,0.5']);
  expect(quarters('▟')).toEqual(['0.5,0', '0,0.5', '0.5,0.5']);
});

it('leaves every other character to the fonts', () => {
  for (const char of ['a', '─', '■', '', '🎉']) expect(blocksOf(char)).toBeNull();
});
