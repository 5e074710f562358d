import { NO_THREAD } from './model';
import { createMeter, paceOf } from './meter';
import { CHAT_RATE, GLOBAL_RATE } from './pace';
import { outboxKey } from './keys';

it('keeps the time between two edits of a card that each chat sets at present', () => {
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

describe('a card', () => {
  const meter = () => createMeter(() => 1_000, 0);

  it('leaves room for two messages at once, however often it changes', () => {
    const chat = meter();
    for (let at = 10_000; at < 20_000; at += 10) {
      if (chat.due(1, 'card', at) === 0) chat.count(1, 1, 'card', at);
    }
    for (let i = 0; i < 2; i++) {
      expect(chat.due(1, 'message', 20_000)).toBe(0);
      chat.count(1, 1, 'message', 20_000);
    }
  });

  it('is removed at once, which costs nothing', () => {
    const chat = meter();
    for (let i = 0; i < CHAT_RATE.burst; i++) chat.count(1, 1, 'message', 10_000);
    expect(chat.due(1, 'free', 10_000)).toBe(0);
    chat.count(1, 1, 'free', 10_000);
    expect(chat.due(1, 'message', 10_000)).toBe(1_000);
    expect(
      paceOf(
        { chatId: 1, thread: NO_THREAD, key: outboxKey('k'), view: { parts: [] }, class: 'card' },
        'delete',
      ),
    ).toBe('free');
  });
});

describe('a minor edit', () => {
  const meter = () => createMeter(() => 1_000, 0);

  it('keeps its distance from every edit of the card, and delays no other edit', () => {
    const chat = meter();
    chat.count(1, 1, 'card', 10_000);
    expect(chat.due(1, 'minor', 10_400)).toBe(600);
    chat.count(1, 1, 'minor', 11_000);
    expect(chat.due(1, 'minor', 11_400)).toBe(600);
    expect(chat.due(1, 'card', 11_001)).toBe(0);
    chat.count(1, 1, 'card', 11_001);
    expect(chat.due(1, 'card', 11_401)).toBe(600);
  });

  it('leaves room for an edit that is not minor, in its chat and over all chats', () => {
    const chat = meter();
    chat.count(1, 1, 'message', 10_000);
    expect([chat.due(1, 'card', 10_000), chat.due(1, 'minor', 10_000)]).toEqual([0, 1_000]);
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

  it('is recognized whatever its class', () => {
    const view = { chatId: 1, thread: NO_THREAD, key: outboxKey('k'), view: { parts: [] } };
    expect(paceOf({ ...view, class: 'card', minor: true }, 'edit')).toBe('minor');
    expect(paceOf({ ...view, class: 'card' }, 'edit')).toBe('card');
    expect(paceOf({ ...view, class: 'answer' }, 'send')).toBe('message');
  });
});
