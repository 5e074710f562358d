import { importSettings } from './old-settings';

const imported = (settings: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(
    importSettings(new Map([[7, settings]]), [7]).settings.map(({ key, value }) => [key, value]),
  );

it.each([
  [0, '1'],
  [2, '2'],
  [4, '5'],
  [8, '5'],
  ['8', '5'],
  [1e9, '15'],
])('imports a card lag of %p s as %s s', (live_lag, lag) => {
  expect(imported({ live_lag })).toEqual({ 'card-lag': lag });
});

it.each([
  [1, '6'],
  [6, '6'],
  [9, '12'],
  [24, '24'],
  [72, '24'],
])('never keeps sessions out of the archive for good because of %p hours', (session_idle_hours, hours) => {
  expect(imported({ session_idle_hours })).toEqual({ 'archive-after': hours });
});

it.each([null, 'soon', '', -1, Number.NaN, [], {}, true])(
  'reports a card lag of %p as invalid',
  (live_lag) => {
    expect(importSettings(new Map([[7, { live_lag }]]), [7])).toEqual({
      settings: [],
      unsupported: [],
      invalid: ['live_lag'],
    });
  },
);

it('reports names that every object has as unsupported settings', () => {
  expect(importSettings(new Map([[7, { constructor: 1, toString: 2 }]]), [7])).toMatchObject({
    settings: [],
    unsupported: ['constructor', 'toString'],
  });
});
