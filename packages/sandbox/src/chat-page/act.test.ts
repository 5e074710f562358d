import { startFixture, type Fixture } from '../telegram/fixtures/client';
import { asSent } from '../telegram/cut';
import { act, NoSuchAction, type Stage } from './act';

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

it('writes, answers, changes, taps, reacts and blocks for the person that is named', async () => {
  const keyboard = { inline_keyboard: [[{ text: 'Go', callback_data: 'go' }]] };
  const { result } = await f.call('sendMessage', { chat_id: 7001, text: 'well?', reply_markup: keyboard });
  const message = result.message_id;
  const { messages } = run({ do: 'say', who: 'owner', text: 'yes', replyTo: message });
  const [said] = messages as number[];
  run({ do: 'edit', who: 'owner', message: said, text: 'yes!' });
  expect(f.telegram.owner.chat().at(-1)).toMatchObject({ id: said, text: 'yes!', replyTo: message });
  const { query } = run({ do: 'tap', who: 'owner', message, data: 'go' });
  expect(f.telegram.state.queries.has(String(query))).toBe(true);
  run({ do: 'react', who: 'owner', message, emoji: '👍' });
  run({ do: 'block', who: 'stranger', on: true });
  expect(await f.refusal('sendMessage', { chat_id: 8002, text: 'x' })).toMatch(/blocked/);
});

it('makes faults and ends them', async () => {
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
  '{"do":"say","who":"owner"}',
  '{"do":"say","who":"nobody","text":"x"}',
  '{"do":"say","who":"__proto__","text":"x"}',
  '{"do":"tap","who":"owner","message":1,"data":"none"}',
  '{"do":"edit","who":"owner","message":1,"text":"x"}',
  '{"do":"fault","kind":"flood"}',
  '{"do":"fault","kind":"hang","times":0}',
  '{"do":"refuse","ms":1e12}',
])('refuses what makes no sense: %s', (body) => {
  expect(() => act(stage, body)).toThrow(NoSuchAction);
  expect(f.telegram.owner.chat()).toEqual([]);
});

describe('a text on a phone', () => {
  it('is trimmed, and nothing is sent of nothing', () => {
    expect(asSent('  a\nb \n')).toEqual(['a\nb']);
    expect(asSent(' \n ')).toEqual([]);
  });

  it('is cut at 4,096 units, rather at a line’s end, never within a character', () => {
    const parts = asSent('😀'.repeat(3_000) + 'x' + '😀'.repeat(3_000));
    expect(parts.every((p) => p.length <= 4_096 && p.isWellFormed())).toBe(true);
    expect(parts.join('')).toBe('😀'.repeat(3_000) + 'x' + '😀'.repeat(3_000));
    expect(asSent(`${'a'.repeat(4_000)}\n${'b'.repeat(4_000)}`)).toEqual([
      'a'.repeat(4_000),
      'b'.repeat(4_000),
    ]);
  });

  it('has no broken characters', () => {
    expect(asSent('a\ud83d')).toEqual(['a\ufffd']);
  });
});
