import { wantsColour } from './colour';

it.each([
  [true, {}, true],
  [true, { NO_COLOR: '' }, true],
  [true, { NO_COLOR: '1' }, false],
  [true, { TERM: 'dumb' }, false],
  [false, {}, false],
])('terminal %s with %j: %s', (isTTY, env, wanted) => {
  expect(wantsColour({ isTTY }, env)).toBe(wanted);
  expect(wantsColour({}, env)).toBe(false);
});
