import { lazy } from './lazy';

it('makes a value when it is first asked for, and once', () => {
  let count = 0;
  const value = lazy(() => ++count);
  expect(count).toBe(0);
  expect([value(), value()]).toEqual([1, 1]);
});

it('keeps a value that is undefined', () => {
  let count = 0;
  const value = lazy(() => void count++);
  value();
  value();
  expect(count).toBe(1);
});

it('makes it again after it failed', () => {
  let count = 0;
  const value = lazy(() => {
    if (count++ === 0) throw new Error('not yet');
    return count;
  });
  expect(value).toThrow('not yet');
  expect(value()).toBe(2);
});
