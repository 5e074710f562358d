import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTelegram, type Sandbox } from '@ccbot/sandbox/telegram/server';
import { openStore, type Store } from '../store/open';
import { createWishes } from '../store/wishes';
import { createBotApi } from '../telegram/adapter';
import { agentFactory } from '../telegram/proxy';
import { REPEAT_MARK } from './decide';
import { createOutbox, type Outbox } from './outbox';
import type { Wanted } from './wanted';

const TOKEN = '123456789:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';
const CHAT = 7;

let dir: string;
let telegram: Sandbox;
let store: Store;
let outbox: Outbox;

async function open(): Promise<void> {
  store = openStore(join(dir, 'ccbot.db'), Date.now);
  const makeAgent = await agentFactory(telegram.apiRoot, '');
  outbox = createOutbox({
    store,
    wishes: createWishes(store),
    api: createBotApi({ token: TOKEN, apiRoot: telegram.apiRoot, makeAgent }),
    cardLagMs: 20,
    now: Date.now,
    chance: () => 0,
    log: () => undefined,
  });
}

async function shut(): Promise<void> {
  await outbox.stop();
  store.close();
}

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'ccbot-outbox-'));
  const person = (id: number) => ({ id, is_bot: false, first_name: 'P' });
  telegram = await startTelegram({ token: TOKEN, owner: person(CHAT), stranger: person(8) });
  await open();
});
afterEach(async () => {
  await shut();
  await telegram.close();
  rmSync(dir, { recursive: true, force: true });
});

const want = (key: string, kind: Wanted['class'], ...texts: string[]): Wanted => ({
  chatId: CHAT,
  key,
  class: kind,
  view: { parts: texts.map((text) => ({ text, entities: [] })) },
});
const texts = (): string[] => telegram.owner.fromBot().map((m) => m.text);
const calls = (method: string): number => telegram.calls.filter((c) => c.method === method).length;

describe('the outbox', () => {
  it('brings views about: sends, edits in place, deletes', async () => {
    outbox.start();
    outbox.put(want('card', 'card', 'one'));
    expect(await outbox.flush(5_000)).toBe(true);
    outbox.put(want('card', 'card', 'two', 'more'));
    await outbox.flush(5_000);
    expect(texts()).toEqual(['two', 'more']);
    outbox.put(want('card', 'card'));
    await outbox.flush(5_000);
    expect(texts()).toEqual([]);
    expect(outbox.depth()).toBe(0);
  });

  it('makes no call for what is shown already', async () => {
    outbox.start();
    outbox.put(want('k', 'notice', 'same'));
    await outbox.flush(5_000);
    outbox.put(want('k', 'notice', 'same'));
    await outbox.flush(5_000);
    expect(calls('sendMessage')).toBe(1);
    expect(calls('editMessageText')).toBe(0);
  });

  it('does not forget what is wished for in the moment in which the chat has just become quiet', async () => {
    outbox.start();
    outbox.put(want('k', 'notice', 'same'));
    await outbox.flush(5_000);
    for (let i = 0; i < 3; i++) {
      outbox.put(want('k', 'notice', 'same')); // shown already: its drain is over before it has begun
      outbox.put(want(`n${i}`, 'notice', `new ${i}`));
      expect(await outbox.flush(5_000)).toBe(true);
    }
    expect(texts()).toEqual(['same', 'new 0', 'new 1', 'new 2']);
  });

  it('shows only the newest of many states of a card, and every answer', async () => {
    for (let i = 0; i < 50; i++) outbox.put(want('card', 'card', `state ${i}`));
    for (let i = 0; i < 3; i++) outbox.put(want(`answer ${i}`, 'answer', `answer ${i}`));
    outbox.start();
    await outbox.flush(10_000);
    expect(texts()).toEqual(['state 49', 'answer 0', 'answer 1', 'answer 2']);
  });

  it('lets what needs the person go before everything that waits', async () => {
    outbox.put(want('a', 'answer', 'an answer'));
    outbox.put(want('q', 'ask', 'a question'));
    outbox.start();
    await outbox.flush(5_000);
    expect(texts()).toEqual(['a question', 'an answer']);
  });

  it('forgets nothing that was wanted when it is closed before sending', async () => {
    outbox.put(want('a', 'answer', 'kept on disk'));
    await shut();
    await open();
    outbox.start();
    await outbox.flush(5_000);
    expect(texts()).toEqual(['kept on disk']);
  });

  it('wishes nothing when the transaction around it fails', async () => {
    outbox.start();
    expect(() =>
      store.tx(() => {
        outbox.put(want('a', 'answer', 'never'));
        throw new Error('the rest failed');
      }),
    ).toThrow('the rest failed');
    expect(outbox.depth()).toBe(0);
    expect(calls('sendMessage')).toBe(0);
  });

  it('sends an answer again, marked, when its fate is unknown, and never loses it', async () => {
    telegram.fault({ method: 'sendMessage', kind: 'reset-after', times: 1 });
    outbox.start();
    outbox.put(want('a', 'answer', 'the answer'));
    expect(await outbox.flush(10_000)).toBe(true);
    expect(texts()).toEqual(['the answer', `${REPEAT_MARK}the answer`]);
  });

  it('sends an answer once, unmarked, when the server was certainly not reached', async () => {
    await telegram.refuse();
    outbox.start();
    outbox.put(want('a', 'answer', 'after the outage'));
    await telegram.resume();
    expect(await outbox.flush(10_000)).toBe(true);
    expect(texts()).toEqual(['after the outage']);
  });

  it('obeys a retry_after, also after a restart', async () => {
    telegram.fault({ method: 'sendMessage', kind: '429', retryAfter: 1, times: 1 });
    outbox.start();
    outbox.put(want('a', 'answer', 'patient'));
    const refused = await telegram.waitFor(() => telegram.calls.find((c) => c.status === 429));
    await shut();
    await open();
    outbox.start();
    await outbox.flush(10_000);
    const sent = telegram.calls.findLast((c) => c.method === 'sendMessage' && c.status === 200);
    expect(Number((sent?.atNs ?? 0n) - refused.atNs) / 1e6).toBeGreaterThanOrEqual(990);
    expect(texts()).toEqual(['patient']);
  });

  it('sends anew a card whose message the person deleted', async () => {
    outbox.start();
    outbox.put(want('card', 'card', 'one'));
    await outbox.flush(5_000);
    const [message] = telegram.owner.fromBot();
    if (message !== undefined) message.deleted = true;
    outbox.put(want('card', 'card', 'two'));
    await outbox.flush(5_000);
    expect(texts()).toEqual(['two']);
  });

  it('answers taps at once, and takes a late answer for what it is', async () => {
    outbox.start();
    outbox.put({
      ...want('k', 'notice', 'tap me'),
      view: { parts: [{ text: 'tap me', entities: [], buttons: [[{ text: 'Yes', data: 'yes' }]] }] },
    });
    await outbox.flush(5_000);
    const query = telegram.owner.tap('Yes');
    outbox.answerTap(query, 'thanks');
    await telegram.waitFor(() => telegram.state.queries.get(query)?.answered === 'thanks');
    outbox.answerTap('no such query');
    await telegram.waitFor(() =>
      telegram.calls.some((c) => c.method === 'answerCallbackQuery' && c.status === 400),
    );
  });
});
