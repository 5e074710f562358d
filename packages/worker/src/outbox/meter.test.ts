import { createMeter } from './meter';

it('leaves between two edits of a card what each chat wants, as it wants it now', () => {
  const lag = new Map([
    [1, 1_000],
    [2, 15_000],
  ]);
  const meter = createMeter((chatId) => lag.get(chatId) ?? 0, 0);
  for (const chat of [1, 2]) meter.count(chat, 0, true, 100_000);
  expect([1, 2].map((chat) => meter.due(chat, true, 100_400))).toEqual([600, 14_600]);
  lag.set(2, 2_000);
  expect(meter.due(2, true, 100_400)).toBe(1_600);
  expect(meter.due(2, false, 100_400)).toBe(0);
});
