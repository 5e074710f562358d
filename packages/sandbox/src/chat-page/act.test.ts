import { startFixture, type Fixture } from '../telegram/fixtures/client';
import { splitMessage } from '../telegram/cut';
import { act, BadAction, type Stage } from './act';

let f: Fixture;
let stage: Stage;
let refusedFor: number[];
beforeEach(async () => {
  f = await startFixture();
  refusedFor = [];
  stage = {
    people: { owner: f.telegram.owner, stranger: f.telegram.stranger },
    fault: (fault) => f.telegram.fault(fault),
    clearFaults: () => f.telegram.clearFaults(),
    setPacing: (on) => f.telegram.setPacing(on),
    refuseFor: (ms) => refusedFor.push(ms),
  };
});
afterEach(() => f.telegram.close());

const run = (action: unknown): Record<string, unknown> => act(stage, JSON.stringify(action));

it('writes, replies, edits, taps, reacts and blocks as the named person', async () => {
  const keyboard = { inline_keyboard: [[{ text: 'Go', callback_data: 'go' }]] };
  const { result } = await f.call('sendMessage', { chat_id: 7001, text: 'well?', reply_markup: keyboard });
  const message = result.message_id;
  const { messages } = run({ do: 'say', person: 'owner', text: 'yes', replyTo: message });
  const [sent] = messages as number[];
  run({ do: 'edit', person: 'owner', message: sent, text: 'yes!' });
  expect(f.telegram.owner.chat().at(-1)).toMatchObject({ id: sent, text: 'yes!', replyTo: message });
  const { query } = run({ do: 'tap', person: 'owner', message, data: 'go' });
  expect(f.telegram.state.queries.has(String(query))).toBe(true);
  run({ do: 'react', person: 'owner', message, emoji: '👍' });
  run({ do: 'block', person: 'stranger', on: true });
  expect(await f.refusal('sendMessage', { chat_id: 8002, text: 'x' })).toMatch(/blocked/);
});

it('sets and clears faults', async () => {
  run({ do: 'fault', kind: '429', method: 'getMe', retryAfter: 3 });
  expect((await f.call('getMe')).parameters).toEqual({ retry_after: 3 });
  run({ do: 'clear-faults' });
  expect((await f.call('getMe')).ok).toBe(true);
  run({ do: 'pacing', on: true });
  expect(f.telegram.state.pace).not.toBeNull();
  run({ do: 'refuse', ms: 50 });
  expect(refusedFor).toEqual([50]);
});

it.each([
  'no JSON',
  'null',
  '[]',
  '{}',
  '{"do":"dance"}',
  '{"do":"say","person":"owner"}',
  '{"do":"say","person":"nobody","text":"x"}',
  '{"do":"say","person":"__proto__","text":"x"}',
  '{"do":"tap","person":"owner","message":1,"data":"none"}',
  '{"do":"edit","person":"owner","message":1,"text":"x"}',
  '{"do":"fault","kind":"flood"}',
  '{"do":"fault","kind":"hang","times":0}',
  '{"do":"refuse","ms":1e12}',
])('refuses an invalid action: %s', (body) => {
  expect(() => act(stage, body)).toThrow(BadAction);
  expect(f.telegram.owner.chat()).toEqual([]);
});

describe('a text on a phone', () => {
  it('is trimmed, and not sent when it is empty', () => {
    expect(splitMessage('  a\nb \n')).toEqual(['a\nb']);
    expect(splitMessage(' \n ')).toEqual([]);
  });

  it('is cut at 4,096 units, preferably at the end of a line, never within a character', () => {
    const parts = splitMessage('😀'.repeat(3_000) + 'x' + '😀'.repeat(3_000));
    expect(parts.every((p) => p.length <= 4_096 && p.isWellFormed())).toBe(true);
    expect(parts.join('')).toBe('😀'.repeat(3_000) + 'x' + '😀'.repeat(3_000));
    expect(splitMessage(`${'a'.repeat(4_000)}\n${'b'.repeat(4_000)}`)).toEqual([
      'a'.repeat(4_000),
      'b'.repeat(4_000),
    ]);
  });

  it('has no broken characters', () => {
    expect(splitMessage('a\ud83d')).toEqual(['a\ufffd']);
  });
});
