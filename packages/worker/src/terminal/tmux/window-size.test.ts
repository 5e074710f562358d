import { resizesFor, type SizedWindow } from './window-size';

const at = (cols: number, rows: number, more: Partial<SizedWindow> = {}): SizedWindow => {
  return { id: '@1', cols, rows, isFixed: false, terminals: [], ...more };
};
const TINY = { cols: 100, rows: 4 };
const LARGE = { cols: 200, rows: 60 };

it.each([
  ['leaves a window alone that is not on screen', at(120, 40), []],
  [
    'leaves a window alone that follows a terminal',
    at(100, 30, { terminals: [{ cols: 100, rows: 30 }] }),
    [],
  ],
  ['keeps the size of a terminal that has left, if it is enough', at(100, 30), []],
  [
    'fixes a window that a small terminal has made small',
    at(100, 4, { terminals: [TINY] }),
    [{ cols: 100, rows: 24 }, true],
  ],
  [
    'fixes one that is too narrow',
    at(30, 60, { terminals: [{ cols: 30, rows: 60 }] }),
    [{ cols: 80, rows: 60 }, true],
  ],
  ['does nothing more once it is fixed', at(100, 24, { isFixed: true, terminals: [TINY] }), []],
  ['lets the larger of two terminals decide', at(100, 4, { terminals: [TINY, LARGE] }), [LARGE, true]],
  ['leaves it to a larger terminal that decides already', at(200, 60, { terminals: [TINY, LARGE] }), []],
  [
    'keeps the fixed size while the small terminal stays',
    at(200, 60, { isFixed: true, terminals: [TINY, LARGE] }),
    [],
  ],
  [
    'lets a window follow again when the small terminal has grown',
    at(100, 24, { isFixed: true, terminals: [LARGE] }),
    [null, false],
  ],
  [
    'restores the usual size when the small terminal has left',
    at(100, 24, { isFixed: true }),
    [{ cols: 120, rows: 40 }, false],
  ],
  ['restores it when a small terminal came and went unseen', at(100, 4), [{ cols: 120, rows: 40 }, false]],
])('%s', (_, window, expected) => {
  const [size, fixed] = expected;
  expect(resizesFor([window])).toEqual(expected.length === 0 ? [] : [{ id: '@1', size, fixed }]);
});

it('finds the same windows right after it has resized them', () => {
  const small = at(100, 4, { terminals: [TINY] });
  const [resize] = resizesFor([small]);
  expect(resizesFor([{ ...small, ...resize?.size, isFixed: true }])).toEqual([]);
});
