import { REPEAT_MARK, CHAT, openRig, type Rig } from './fixtures/rig';
import { createRichMessages, type RichMessages } from './rich-messages';
import { NO_THREAD, type QueuedView } from './model';
import { outboxKey } from './keys';

const memory = new Map<string, string>();
let rig: Rig;
let now: number;
beforeEach(() => {
  memory.clear();
  now = 1_000_000;
});
afterEach(() => rig.close());

const rich = (more: { wanted?: boolean; server?: string; version?: string } = {}): RichMessages =>
  createRichMessages({
    wanted: true,
    server: 'https://one',
    version: '1.0.0',
    memory: { get: (key) => memory.get(key), set: (key, value) => memory.set(key, value) },
    now: () => now,
    ...more,
  });
const open = async (more?: Parameters<typeof rich>[0]): Promise<void> => {
  rig = await openRig({ policy: { rich: rich(more) } });
};
const answer = (key: string, text: string): QueuedView => ({
  chatId: CHAT,
  thread: NO_THREAD,
  key: outboxKey(key),
  class: 'answer',
  view: {
    parts: [
      { text: `${text} as text`, entities: [] },
      { text: 'part two', entities: [] },
    ],
    rich: [{ text: '', entities: [], markdown: `**${text}**` }],
  },
});
const shown = (): [string, boolean][] => rig.messages().map((m) => [m.text, m.rich === true]);

describe('rich messages', () => {
  it('replace the texts where the server knows them, and are edited in place', async () => {
    await open();
    rig.outbox.put(answer('a', 'one'));
    await rig.flush();
    rig.outbox.put(answer('a', 'two'));
    await rig.flush();
    expect(shown()).toEqual([['**two**', true]]);
    expect(rig.calls('sendRichMessage')).toBe(1);
    expect(rig.messages()[0]?.silent).toBe(false);
  });

  it('fall back to texts where the server does not know them, which is tried once', async () => {
    await open();
    rig.telegram.state.absent.add('sendRichMessage');
    rig.outbox.put(answer('a', 'one'));
    rig.outbox.put(answer('b', 'two'));
    await rig.flush();
    expect(shown().map(([text]) => text)).toEqual(['one as text', 'part two', 'two as text', 'part two']);
    expect(rig.calls('sendRichMessage')).toBe(1);
    await rig.restart();
    rig.outbox.put(answer('c', 'three'));
    await rig.flush();
    expect(rig.calls('sendRichMessage')).toBe(1);
  });

  it('are tried again after an upgrade, after a week, and on another server', async () => {
    await open();
    rich().refused();
    expect(rich().usable()).toBe(false);
    expect(rich({ version: '1.1.0' }).usable()).toBe(true);
    expect(rich({ server: 'https://two' }).usable()).toBe(true);
    now += 7 * 24 * 3_600_000 + 1;
    expect(rich().usable()).toBe(true);
  });

  it('are not used when the user turns them off, and become texts in place', async () => {
    await open();
    rig.outbox.put(answer('a', 'one'));
    await rig.flush();
    memory.set('rich https://one', `no ${now} 1.0.0`);
    rig.outbox.put(answer('a', 'one'));
    await rig.flush();
    expect(shown()).toEqual([
      ['one as text', false],
      ['part two', false],
    ]);
    expect(rich({ wanted: false }).usable()).toBe(false);
  });

  it('fall back to texts when Telegram refuses one, and stay in use', async () => {
    await open();
    const queued = answer('a', 'one');
    const broken = {
      ...queued,
      view: { ...queued.view, rich: [{ text: '', entities: [], markdown: 'a < b' }] },
    };
    rig.outbox.put(broken);
    rig.outbox.put(answer('b', 'two'));
    await rig.flush();
    expect(shown()).toEqual([
      ['one as text', false],
      ['part two', false],
      ['**two**', true],
    ]);
  });

  it('are sent again, with a mark, when they may have arrived', async () => {
    await open();
    rig.telegram.fault({ method: 'sendRichMessage', kind: 'reset-after', times: 1 });
    rig.outbox.put(answer('a', 'one'));
    await rig.flush();
    expect(shown()).toEqual([
      ['**one**', true],
      [`${REPEAT_MARK}\n**one**`, true],
    ]);
  });
});
