import { bringSettings } from './old-settings';

const brought = (settings: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(
    bringSettings(new Map([[7, settings]]), [7]).settings.map(({ key, value }) => [key, value]),
  );

it.each([
  [0, '1'],
  [2, '2'],
  [4, '5'],
  [8, '5'],
  ['8', '5'],
  [1e9, '15'],
])('takes a pace of %p s for %s s', (live_lag, lag) => {
  expect(brought({ live_lag })).toEqual({ 'card-lag': lag });
});

it.each([
  [1, '6'],
  [6, '6'],
  [9, '12'],
  [24, '24'],
  [72, '24'],
])(
  'never lets sessions stay out of the archive for good because of %p hours',
  (session_idle_hours, hours) => {
    expect(brought({ session_idle_hours })).toEqual({ 'archive-after': hours });
  },
);

it.each([null, 'soon', '', -1, Number.NaN, [], {}, true])(
  'names a pace of %p as not understood',
  (live_lag) => {
    expect(bringSettings(new Map([[7, { live_lag }]]), [7])).toEqual({
      settings: [],
      without: [],
      wrong: ['live_lag'],
    });
  },
);

it('takes names that every object has for settings that it does not know', () => {
  expect(bringSettings(new Map([[7, { constructor: 1, toString: 2 }]]), [7])).toMatchObject({
    settings: [],
    without: ['constructor', 'toString'],
  });
});
