import { lostSince, rememberedData, type ClusterData } from './data';

const data = (more: Partial<ClusterData> = {}): ClusterData => ({
  updates: { name: 'updates-1', created: 'a', last: 10 },
  messages: { name: 'messages-1', created: 'b', last: 20 },
  state: { name: 'state-1', created: 'c', last: 30 },
  lease: { name: 'lease-1', created: 'd', last: 40 },
  ...more,
});
const before = rememberedData(data());

it('finds nothing lost while everything is there and has grown', () => {
  expect(lostSince(before, data())).toBeNull();
  expect(lostSince(before, data({ state: { name: 'state-1', created: 'c', last: 31 } }))).toBeNull();
});

it.each([
  ['updates', { updates: true, messages: false }],
  ['messages', { updates: false, messages: true }],
  ['state', { updates: false, messages: false }],
  ['lease', { updates: false, messages: false }],
] as const)('finds %s lost that are gone, are others, or have fewer records', (which, parts) => {
  const object = data()[which];
  const last = object?.last ?? 0;
  for (const now of [
    null,
    { name: 'x', created: 'z', last },
    { name: 'x', created: object?.created ?? '', last: last - 1 },
  ])
    expect(lostSince(before, data({ [which]: now }))).toMatchObject(parts);
});

it('says what it found', () => {
  const reasons = [
    data({ updates: null }),
    data({ state: { name: 'state-1', created: 'z', last: 99 } }),
    data({ lease: { name: 'lease-1', created: 'd', last: 7 } }),
  ].map((now) => lostSince(before, now)?.reason);
  expect(reasons).toEqual([
    'its updates are gone',
    'state-1 was created at z, and the one before at c',
    'lease-1 has 7 records, and had 40',
  ]);
});

it('tells up to which record the updates may still be those that were there', () => {
  const lease = null;
  expect(lostSince(before, data({ lease }))?.last).toBe(10);
  expect(lostSince(before, data({ lease, updates: { name: 'x', created: 'a', last: 4 } }))?.last).toBe(4);
  expect(lostSince(before, data({ updates: { name: 'x', created: 'z', last: 50 } }))?.last).toBe(0);
  expect(lostSince(before, data({ updates: null }))?.last).toBe(0);
});

it('compares what an earlier version remembered, the updates alone', () => {
  expect(lostSince('a 10', data({ state: null }))).toBeNull();
  expect(lostSince('a 11', data())?.updates).toBe(true);
  expect(before).toMatch(/^a 10 /);
});
