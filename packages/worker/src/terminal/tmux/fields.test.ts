import { formatFor, readRow, SHAPES } from './fields';

const FIELDS = {
  window_id: SHAPES.window,
  pane_id: SHAPES.pane,
  pane_pid: SHAPES.number,
  name: null,
} as const;

it('reads the values of a row by name', () => {
  expect(readRow('@1\t%2\t3\ta name: with %9', FIELDS)).toEqual({
    window_id: '@1',
    pane_id: '%2',
    pane_pid: '3',
    name: 'a name: with %9',
  });
});

it.each([
  ['fewer fields', '@1\t%2\t3'],
  ['more fields', '@1\t%2\t3\tname\tmore'],
  ['a pane in the place of a window', '%1\t%2\t3\tname'],
  ['words in the place of a number', '@1\t%2\tx\tname'],
  ['half a row', 'line\t%9'],
  ['nothing', ''],
  ['the end of an answer', '%end 1 2 1'],
])('drops a line with %s', (_, line) => {
  expect(readRow(line, FIELDS)).toBe(null);
});

it('asks for every field without its control characters', () => {
  expect(formatFor({ a: null, b: null })).toBe(
    '#{s/[\u0001-\u001f\u007f]/\ufffd/:a}\t#{s/[\u0001-\u001f\u007f]/\ufffd/:b}',
  );
});
