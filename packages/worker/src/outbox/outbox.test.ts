import { until } from '@ccbot/shared/fixtures/until';
import { NO_THREAD } from './model';
import { richOf } from '../cards/markdown';
import { wordsIn } from '../words/words';
import { outboxKey } from './keys';
import { CHAT, REPEAT_MARK, openRig, want, type Rig } from './fixtures/rig';

let rig: Rig;
beforeEach(async () => (rig = await openRig()));
afterEach(() => rig.close());

describe('the outbox', () => {
  it('sends, edits in place and deletes', async () => {
    rig.outbox.start();
    rig.outbox.put(want('card', 'card', 'one'));
    expect(await rig.outbox.flush(5_000)).toBe(true);
    rig.outbox.put(want('card', 'card', 'two', 'more'));
    await rig.outbox.flush(5_000);
    expect(rig.texts()).toEqual(['two', 'more']);
    rig.outbox.put(want('card', 'card'));
    await rig.outbox.flush(5_000);
    expect(rig.texts()).toEqual([]);
    expect(rig.outbox.depth()).toBe(0);
  });

  it('removes the messages of a key', async () => {
    rig.outbox.put(want('k', 'notice', 'one', 'two'));
    await rig.flush();
    rig.outbox.remove(CHAT, outboxKey('k'));
    await rig.flush();
    expect(rig.texts()).toEqual([]);
  });

  it('sends everything else when a queued row cannot be read', async () => {
    rig.outbox.put(want('a', 'answer', 'lost'));
    rig.outbox.put(want('b', 'answer', 'the answer'));
    rig.store.db.prepare("UPDATE wishes SET body = '[]' WHERE key = 'a'").run();
    await rig.flush();
    expect(rig.texts()).toEqual(['the answer']);
    expect(rig.logged.join()).toContain('queued view set aside');
  });

  it('makes no call for what is already shown', async () => {
    rig.outbox.start();
    rig.outbox.put(want('k', 'notice', 'same'));
    await rig.outbox.flush(5_000);
    rig.outbox.put(want('k', 'notice', 'same'));
    await rig.outbox.flush(5_000);
    expect(rig.calls('sendMessage')).toBe(1);
    expect(rig.calls('editMessageText')).toBe(0);
  });

  it('does not forget a view that is queued just when the drain ends', async () => {
    rig.outbox.start();
    rig.outbox.put(want('k', 'notice', 'same'));
    await rig.outbox.flush(5_000);
    for (let i = 0; i < 3; i++) {
      rig.outbox.put(want('k', 'notice', 'same')); // shown already: its drain is over before it has begun
      rig.outbox.put(want(`n${i}`, 'notice', `new ${i}`));
      expect(await rig.outbox.flush(5_000)).toBe(true);
    }
    expect(rig.texts()).toEqual(['same', 'new 0', 'new 1', 'new 2']);
  });

  it('sends an answer while an edit of the card waits for Telegram', async () => {
    rig.outbox.start();
    rig.outbox.put(want('card', 'card', 'works'));
    await rig.outbox.flush(5_000);
    let answerEdit = (): void => undefined;
    const until = new Promise<void>((resolve) => (answerEdit = resolve));
    rig.telegram.fault({ method: 'editMessageText', kind: 'slow', until, times: 1 });
    rig.outbox.put(want('card', 'card', 'works on'));
    await rig.telegram.waitFor(() => rig.calls('editMessageText') === 1);
    for (let i = 0; i < 3; i++) rig.outbox.put(want(`answer ${i}`, 'answer', `answer ${i}`));
    await rig.telegram.waitFor(() => rig.texts().length === 4);
    expect(rig.texts()).toEqual(['works', 'answer 0', 'answer 1', 'answer 2']);
    answerEdit();
    expect(await rig.outbox.flush(20_000)).toBe(true);
    expect(rig.texts()).toEqual(['works on', 'answer 0', 'answer 1', 'answer 2']);
  });

  it('shows only the newest of many states of a card, and every answer', async () => {
    for (let i = 0; i < 50; i++) rig.outbox.put(want('card', 'card', `state ${i}`));
    for (let i = 0; i < 3; i++) rig.outbox.put(want(`answer ${i}`, 'answer', `answer ${i}`));
    rig.outbox.start();
    await rig.outbox.flush(10_000);
    expect(rig.texts()).toEqual(['answer 0', 'answer 1', 'answer 2', 'state 49']);
  });

  it('sends what the user must answer before everything else that waits', async () => {
    rig.outbox.put(want('a', 'answer', 'an answer'));
    rig.outbox.put(want('q', 'ask', 'a question'));
    rig.outbox.start();
    await rig.outbox.flush(5_000);
    expect(rig.texts()).toEqual(['a question', 'an answer']);
  });

  it('loses nothing when it is stopped before sending', async () => {
    rig.outbox.put(want('a', 'answer', 'kept on disk'));
    await rig.restart();
    rig.outbox.start();
    await rig.outbox.flush(5_000);
    expect(rig.texts()).toEqual(['kept on disk']);
  });

  it('queues nothing when the transaction around it fails', async () => {
    rig.outbox.start();
    expect(() =>
      rig.store.tx(() => {
        rig.outbox.put(want('a', 'answer', 'never'));
        throw new Error('the rest failed');
      }),
    ).toThrow('the rest failed');
    expect(rig.outbox.depth()).toBe(0);
    expect(rig.calls('sendMessage')).toBe(0);
  });

  it('sends an answer again, with a mark, when it may have arrived, and never loses it', async () => {
    rig.telegram.fault({ method: 'sendMessage', kind: 'reset-after', times: 1 });
    rig.outbox.start();
    rig.outbox.put(want('a', 'answer', 'the answer'));
    expect(await rig.outbox.flush(10_000)).toBe(true);
    expect(rig.texts()).toEqual(['the answer', `${REPEAT_MARK}the answer`]);
  });

  it('says in the language of the chat that an answer may be a repetition', async () => {
    await rig.close();
    rig = await openRig({ policy: { wordsOf: () => wordsIn('ru') } });
    rig.telegram.fault({ method: 'sendMessage', kind: 'reset-after', times: 1 });
    rig.outbox.put(want('a', 'answer', 'ответ'));
    await rig.flush();
    expect(rig.texts()).toEqual(['ответ', '↻ возможно, повтор\nответ']);
  });

  it.each([
    { kind: '429', retryAfter: 1 },
    { kind: 'refused', description: 'chat not found' },
  ] as const)('marks the repetition also when its first attempt certainly failed ($kind)', async (fault) => {
    rig.telegram.fault({ method: 'sendMessage', kind: 'reset-after', times: 1 });
    rig.telegram.fault({ method: 'sendMessage', times: 1, ...fault });
    rig.outbox.start();
    rig.outbox.put(want('a', 'answer', 'the answer'));
    expect(await rig.outbox.flush(10_000)).toBe(true);
    expect(rig.texts()).toEqual(['the answer', `${REPEAT_MARK}the answer`]);
  });

  it('sends an answer once, without a mark, when the server was certainly not reached', async () => {
    await rig.telegram.refuse();
    rig.outbox.start();
    rig.outbox.put(want('a', 'answer', 'after the outage'));
    await rig.telegram.resume();
    expect(await rig.outbox.flush(10_000)).toBe(true);
    expect(rig.texts()).toEqual(['after the outage']);
  });

  it('sends a card again whose message the user deleted', async () => {
    rig.outbox.start();
    rig.outbox.put(want('card', 'card', 'one'));
    await rig.outbox.flush(5_000);
    const [message] = rig.telegram.owner.fromBot();
    if (message !== undefined) message.deleted = true;
    rig.outbox.put(want('card', 'card', 'two'));
    await rig.outbox.flush(5_000);
    expect(rig.texts()).toEqual(['two']);
  });

  it('keeps the order of a chat, whatever it must try again', async () => {
    rig.telegram.fault({ method: 'sendMessage', kind: '429', retryAfter: 1, times: 1 });
    for (let i = 0; i < 6; i++) {
      rig.outbox.put(want(`answer ${i}`, 'answer', `answer ${i}`));
      rig.outbox.put(want('card', 'card', `state ${i}`));
    }
    rig.telegram.fault({ method: 'sendMessage', kind: '5xx', times: 2 });
    await rig.flush();
    const answers = rig.texts().map((text) => text.replace(REPEAT_MARK, ''));
    expect(answers.filter((text) => text.startsWith('answer'))).toEqual(
      Array.from({ length: 6 }, (_, i) => `answer ${i}`),
    );
  });

  it('sends to each chat independently: one that must wait delays no other', async () => {
    rig.telegram.fault({ method: 'sendMessage', kind: '429', retryAfter: 3600, times: 1 });
    rig.outbox.start();
    rig.outbox.put(want('a', 'answer', 'mine'));
    await rig.telegram.waitFor(() => rig.telegram.calls.some((c) => c.status === 429));
    rig.outbox.put({ ...want('a', 'answer', 'theirs'), chatId: 8 });
    await rig.telegram.waitFor(() => rig.telegram.stranger.fromBot().length === 1);
    expect(rig.texts()).toEqual([]);
  });

  it('catches up after an outage without a storm: no outdated state of a card, every answer', async () => {
    rig.outbox.start();
    rig.outbox.put(want('card', 'card', 'before'));
    await rig.flush();
    await rig.telegram.refuse();
    rig.outbox.put(want('card', 'card', 'state 0'));
    // Only now is no connection left on which an answer could have arrived.
    await until(() => rig.logged.some((line) => line.includes('telegram call failed')));
    for (let i = 1; i < 200; i++) rig.outbox.put(want('card', 'card', `state ${i}`));
    for (let i = 0; i < 3; i++) rig.outbox.put(want(`answer ${i}`, 'answer', `answer ${i}`));
    const before = rig.telegram.calls.length;
    await rig.telegram.resume();
    await rig.flush();
    expect(rig.texts()).toEqual(['state 199', 'answer 0', 'answer 1', 'answer 2']);
    expect(rig.telegram.calls.length - before).toBe(4);
  });

  it('sends again what can no longer be edited', async () => {
    rig.outbox.put(want('card', 'card', 'one'));
    await rig.flush();
    const [message] = rig.messages();
    if (message !== undefined) message.fromBot = false; // what Telegram says of a message that is too old
    rig.outbox.put(want('card', 'card', 'two'));
    await rig.flush();
    expect(rig.texts()).toEqual(['two']);
  });

  it('continues when a message it should delete is gone or too old', async () => {
    rig.outbox.put(want('k', 'notice', 'one', 'two'));
    await rig.flush();
    const [first] = rig.messages();
    if (first !== undefined) first.date -= 3 * 24 * 3_600;
    rig.outbox.put(want('k', 'notice'));
    rig.outbox.put(want('a', 'answer', 'the answer'));
    await rig.flush();
    expect(rig.texts()).toContain('the answer');
  });

  it('sends answers silently where the user wants that, and makes one sound for all parts of a view', async () => {
    await rig.close();
    rig = await openRig({ policy: { quiet: (queued) => queued.class === 'answer' && queued.chatId === 7 } });
    rig.outbox.put(want('a', 'answer', 'the answer'));
    rig.outbox.put(want('q', 'ask', 'a question'));
    rig.outbox.put(want('n', 'notice', 'part one', 'part two'));
    await rig.flush();
    expect(rig.messages().map((m) => [m.text, m.silent])).toEqual([
      ['a question', false],
      ['the answer', true],
      ['part one', false],
      ['part two', true],
    ]);
  });

  it('keeps views for a user who blocked the bot, over a restart, until they write again', async () => {
    rig.telegram.owner.block(true);
    rig.outbox.start();
    rig.outbox.put(want('a', 'answer', 'the answer'));
    await rig.telegram.waitFor(() => rig.telegram.calls.some((c) => c.status === 403));
    await rig.restart();
    rig.outbox.start();
    expect(rig.outbox.depth()).toBe(1);
    rig.telegram.owner.say('I am back');
    rig.outbox.heard(8, NO_THREAD);
    rig.outbox.heard(7, NO_THREAD);
    await rig.flush();
    expect(rig.texts()).toEqual(['the answer']);
  });

  it('puts words in place of what Telegram refuses in every form, and sends the rest', async () => {
    const entities = [{ type: 'text_link' as const, offset: 0, length: 1, url: 'nowhere' }];
    const part = { text: 'x', entities };
    rig.outbox.put({ ...want('a', 'answer'), view: { parts: [part] } });
    const buttons = [[{ text: 'Allow', data: 'yes' }]];
    rig.outbox.put({
      ...want('b', 'answer'),
      view: { parts: [{ text: 'y'.repeat(4_097), entities: [], buttons }] },
    });
    rig.outbox.put(want('c', 'answer', 'next'));
    await rig.flush();
    // Nobody may confirm what they cannot read.
    expect(rig.messages()[1]?.keyboard).toEqual([]);
    expect(rig.texts()).toEqual(['x', expect.stringMatching(/4097 characters is missing/), 'next']);
  });

  it('answers taps at once, and survives a refused answer', async () => {
    rig.outbox.start();
    rig.outbox.put({
      ...want('k', 'notice', 'tap me'),
      view: { parts: [{ text: 'tap me', entities: [], buttons: [[{ text: 'Yes', data: 'yes' }]] }] },
    });
    await rig.outbox.flush(5_000);
    const query = rig.telegram.owner.tap('Yes');
    rig.outbox.answerTap(query, richOf('**Thanks**, `a*b`. See [it](https://e.xyz/).'));
    const toast = (): string | undefined => rig.telegram.state.queries.get(query)?.answered;
    await rig.telegram.waitFor(() => toast() === 'Thanks, a*b. See it.');
    rig.outbox.answerTap('no such query');
    await rig.telegram.waitFor(() =>
      rig.telegram.calls.some((c) => c.method === 'answerCallbackQuery' && c.status === 400),
    );
  });
});
