import { heldBy, heldFor, HOLD_MOST_MS, type HeldChat } from './decide';

it('counts for as long as is left of it, by the clock of the server', () => {
  const row = { host: 'ada', ms: 5_000 };
  expect(heldFor(row, 1_000, 1_000, 'bob')).toBe(5_000);
  expect(heldFor(row, 1_000, 4_000, 'bob')).toBe(2_000);
  expect(heldFor(row, 1_000, 99_000, 'bob')).toBe(0);
  // What seems to come from the future is new.
  expect(heldFor(row, 9_000, 1_000, 'bob')).toBe(5_000);
});

it('counts for no longer than an hour, and not at all on the machine that was told', () => {
  expect(heldFor({ host: 'ada', ms: 1e15 }, 0, 0, 'bob')).toBe(HOLD_MOST_MS);
  expect(heldFor({ host: 'ada', ms: 5_000 }, 0, 0, 'ada')).toBe(0);
});

it('is of one chat, and of all of them where Telegram holds up two at once', () => {
  const held = (...of: [HeldChat, number][]) => heldBy(7, 5_000, new Map(of), 1_000);
  expect(held()).toBe(7);
  expect(held([8, 900])).toBe(7);
  expect(held([8, 3_000])).toBe('all');
});

it('is told again only if it ends later than the others know', () => {
  const held = (...of: [HeldChat, number][]) => heldBy(7, 5_000, new Map(of), 1_000);
  expect(held([7, 6_000])).toBeNull();
  expect(held([7, 5_000])).toBe(7);
  expect(held(['all', 9_000])).toBeNull();
});
