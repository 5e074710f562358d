import { createMeter, paceOf } from './meter';
import { CHAT_RATE, GLOBAL_RATE } from './pace';
import { outboxKey } from './keys';

it('leaves between two edits of a card what each chat wants, as it wants it now', () => {
  const lag = new Map([
    [1, 1_000],
    [2, 15_000],
  ]);
  const meter = createMeter((chatId) => lag.get(chatId) ?? 0, 0);
  for (const chat of [1, 2]) meter.count(chat, 0, 'card', 100_000);
  expect([1, 2].map((chat) => meter.due(chat, 'card', 100_400))).toEqual([600, 14_600]);
  lag.set(2, 2_000);
  expect(meter.due(2, 'card', 100_400)).toBe(1_600);
  expect(meter.due(2, 'message', 100_400)).toBe(0);
});

describe('an edit of little weight', () => {
  const meter = () => createMeter(() => 1_000, 0);

  it('keeps its distance from every edit of the card, and what tells more does not wait because of it', () => {
    const chat = meter();
    chat.count(1, 1, 'card', 10_000);
    expect(chat.due(1, 'minor', 10_400)).toBe(600);
    chat.count(1, 1, 'minor', 11_000);
    expect(chat.due(1, 'minor', 11_400)).toBe(600);
    expect(chat.due(1, 'card', 11_001)).toBe(0);
    chat.count(1, 1, 'card', 11_001);
    expect(chat.due(1, 'card', 11_401)).toBe(600);
  });

  it('leaves room for one that tells more, in its chat and over all chats', () => {
    const chat = meter();
    for (let i = 1; i < CHAT_RATE.burst; i++) chat.count(1, 1, 'message', 10_000);
    expect([chat.due(1, 'message', 10_000), chat.due(1, 'minor', 10_000)]).toEqual([0, 1_000]);
    const all = meter();
    for (let i = 0; i < GLOBAL_RATE.burst / 2; i++) all.count(100 + i, 1, 'message', 10_000);
    expect(all.due(1, 'message', 10_000)).toBe(0);
    expect(all.due(1, 'minor', 10_000)).toBeGreaterThan(0);
  });

  it('does not wait for a clock that was set back', () => {
    const chat = meter();
    chat.count(1, 1, 'minor', 90_000_000);
    expect(chat.due(1, 'minor', 10_000)).toBe(1_000);
  });

  it('is one by its wish, whatever its class', () => {
    const wish = { chatId: 1, key: outboxKey('k'), view: { parts: [] } };
    expect(paceOf({ ...wish, class: 'card', minor: true })).toBe('minor');
    expect(paceOf({ ...wish, class: 'card' })).toBe('card');
    expect(paceOf({ ...wish, class: 'answer' })).toBe('message');
  });
});
