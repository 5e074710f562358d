import { startTelegram, type Sandbox } from '@ccbot/sandbox/telegram/server';
import fc from 'fast-check';
import { callBotApi } from '../net/bot-api';
import { firstMessage, writerOf, type Writer } from './first-message';

const token = '123456789:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';
let telegram: Sandbox;
beforeEach(async () => {
  const person = (id: number, first_name: string) => ({ id, is_bot: false, first_name });
  telegram = await startTelegram({ token, owner: person(7, 'Anna'), stranger: person(8, 'Mallory') });
});
afterEach(() => telegram.close());

const call = (method: string, body: unknown, timeoutMs: number) =>
  callBotApi(`${telegram.apiRoot}/bot${token}/${method}`, body, '', timeoutMs);
const pause = (): Promise<void> => Promise.resolve();
const report = (): void => undefined;

describe('waiting for the first message', () => {
  it('accepts the confirmed sender, and asks about a stranger once', async () => {
    telegram.stranger.say('me! me!');
    telegram.stranger.say('please');
    telegram.owner.say('hi');
    const writers: Writer[] = [];
    const writer = await firstMessage({
      call,
      pause,
      report,
      confirm: (w) => {
        writers.push(w);
        return Promise.resolve(w.id === 7);
      },
    });
    expect(writer).toEqual({ id: 7, name: 'Anna', text: 'hi' });
    expect(writers.map(({ id }) => id)).toEqual([8, 7]);
  });

  it('confirms the messages it asked about, and no later ones', async () => {
    telegram.owner.say('hi');
    await firstMessage({ call, pause, report, confirm: () => Promise.resolve(true) });
    telegram.owner.say('for the agent');
    const rest = await call('getUpdates', {}, 5_000);
    expect(JSON.stringify(rest.result)).toContain('for the agent');
    expect(JSON.stringify(rest.result)).not.toContain('"hi"');
  });

  it('keeps waiting after a network failure, and ends with a clear error if there is another poller', async () => {
    let fails = 2;
    telegram.owner.say('hi');
    const flaky: typeof call = (...args) =>
      fails-- > 0 ? Promise.reject(new Error('reset')) : call(...args);
    await firstMessage({ call: flaky, pause, report, confirm: () => Promise.resolve(true) });
    const conflict: typeof call = () =>
      Promise.resolve({
        status: 409,
        date: undefined,
        description: 'Conflict',
        result: undefined,
        trouble: null,
      });
    await expect(
      firstMessage({ call: conflict, pause, report, confirm: () => Promise.resolve(true) }),
    ).rejects.toThrow('another program polls');
  });
});

describe('after a poll of its own that broke off', () => {
  it('takes 409s for that poll, says why it waits, and gets the message', async () => {
    const codes: string[] = [];
    const waiting = firstMessage({
      call,
      pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms / 10)),
      report: ({ code }) => void codes.push(code),
      confirm: () => Promise.resolve(true),
    });
    await telegram.waitFor(() => telegram.polls.some((p) => p.endedNs === undefined));
    telegram.breakPoll(1_000);
    await telegram.waitFor(() => telegram.calls.filter(({ status }) => status === 409).length >= 2);
    telegram.owner.say('hi');
    expect(await waiting).toMatchObject({ id: 7 });
    expect(codes).toEqual(['NET_BROKEN']);
  });

  it('gives up when the 409s last longer than Telegram holds a poll', async () => {
    let calls = 0;
    const answer = {
      status: 409,
      date: undefined,
      description: 'Conflict',
      result: undefined,
      trouble: null,
    };
    const conflict: typeof call = () =>
      calls++ === 0 ? Promise.reject(new Error('reset')) : Promise.resolve(answer);
    let waited = 0;
    const pauses = (ms: number): Promise<void> => Promise.resolve(void (waited += ms));
    await expect(
      firstMessage({ call: conflict, pause: pauses, report, confirm: () => Promise.resolve(true) }),
    ).rejects.toThrow('another program polls');
    expect(waited).toBeGreaterThanOrEqual(60_000);
  });
});

describe('the sender', () => {
  it('is null for a bot, a group, or a malformed update', () => {
    expect(writerOf({ message: { from: { id: 1, is_bot: true }, chat: { type: 'private' } } })).toBeNull();
    expect(writerOf({ message: { from: { id: 1 }, chat: { type: 'group' } } })).toBeNull();
    fc.assert(fc.property(fc.object(), (message) => void writerOf({ message } as never)));
  });

  it('cannot control the terminal', () => {
    const writer = writerOf({
      message: {
        from: { id: 1, first_name: 'A\u001b[2J\u202e' },
        chat: { type: 'private' },
        text: '\u001b]0;x\u0007',
      },
    });
    expect(JSON.stringify(writer)).not.toMatch(/\\u001b|\\u0007|\u202e/);
  });
});
