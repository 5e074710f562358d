import { NO_THREAD, threadOf } from './model';
import type { ApiResult, SendFailure } from '../telegram/api';
import { createDrafts, type Drafts } from './drafts';

let memory: Map<string, string>;
let sent: string[];
let threads: unknown[];
let answers: ApiResult<unknown>[];
let now: number;
let drafts: Drafts;

const failed = (failure: SendFailure): ApiResult<unknown> => ({ ok: false, failure });
const NO_METHOD = failed({ kind: 'refused', reason: 'no-method', code: 404, text: 'method not found' });

const open = (server = 'https://one'): void => {
  drafts = createDrafts({
    api: {
      call: <T>(method: string, payload: Record<string, unknown>) => {
        threads.push(payload['message_thread_id']);
        sent.push(`${method} ${String(payload['draft_id'])} ${String(payload['text'])}`);
        return Promise.resolve((answers.shift() ?? { ok: true, value: true }) as ApiResult<T>);
      },
    },
    memory: { get: (key) => memory.get(key), set: (key, value) => memory.set(key, value) },
    render: (text) => ({ text: text.replace('secret', '•'), entities: [] }),
    server,
    now: () => now,
    log: () => undefined,
  });
};
const pass = async (ms: number): Promise<void> => {
  now += ms;
  await jest.advanceTimersByTimeAsync(ms);
};

beforeEach(() => {
  jest.useFakeTimers();
  [memory, sent, answers, now] = [new Map(), [], [], 1_000_000];
  threads = [];
  open();
});
afterEach(() => {
  drafts.stop();
  jest.useRealTimers();
});

describe('drafts', () => {
  it('are known once the server took one, also after a restart, for that server only', async () => {
    expect(drafts.known()).toBe(false);
    drafts.show({ chatId: 7, thread: NO_THREAD }, 1, 'a');
    await pass(0);
    expect(drafts.known()).toBe(true);
    open();
    expect(drafts.known()).toBe(true);
    open('https://two');
    expect(drafts.known()).toBe(false);
  });

  it('are not tried again on a server that does not know them, until a week later', async () => {
    answers = [NO_METHOD];
    drafts.show({ chatId: 7, thread: NO_THREAD }, 1, 'a');
    await pass(0);
    open();
    drafts.show({ chatId: 7, thread: NO_THREAD }, 1, 'b');
    await pass(5_000);
    expect(sent).toHaveLength(1);
    now += 8 * 24 * 3_600_000;
    open();
    drafts.show({ chatId: 7, thread: NO_THREAD }, 1, 'c');
    await pass(0);
    expect(sent.at(-1)).toBe('sendMessageDraft 1 c');
  });

  it('are sent once a second, the newest only', async () => {
    for (const text of ['a', 'b', 'c']) drafts.show({ chatId: 7, thread: NO_THREAD }, 1, text);
    await pass(0);
    expect(sent).toEqual(['sendMessageDraft 1 a']);
    await pass(1_000);
    expect(sent).toEqual(['sendMessageDraft 1 a', 'sendMessageDraft 1 c']);
  });

  it('wait as long as Telegram demands, and learn nothing from a broken network', async () => {
    answers = [
      failed({ kind: 'not-delivered', text: '429', retryAfterMs: 9_000 }),
      failed({ kind: 'unknown', text: 'broken' }),
    ];
    drafts.show({ chatId: 7, thread: NO_THREAD }, 1, 'a');
    await pass(0);
    drafts.show({ chatId: 7, thread: NO_THREAD }, 1, 'b');
    await pass(8_000);
    expect(sent).toHaveLength(1);
    await pass(1_000);
    expect(sent).toHaveLength(2);
    expect(drafts.known()).toBe(false);
    expect(memory.size).toBe(0);
  });

  it('name their topic, and a topic that is gone says nothing about the server', async () => {
    const [gone, other] = [threadOf(11), threadOf(12)];
    answers = [
      failed({ kind: 'refused', reason: 'thread-gone', code: 400, text: 'message thread not found' }),
    ];
    drafts.show({ chatId: 7, thread: gone }, 1, 'a');
    await pass(0);
    drafts.show({ chatId: 7, thread: gone }, 1, 'b');
    await pass(5_000);
    expect(threads).toEqual([gone]);
    expect(memory.size).toBe(0);
    drafts.show({ chatId: 7, thread: other }, 1, 'c');
    await pass(0);
    expect(threads).toEqual([gone, other]);
    expect(drafts.known()).toBe(true);
  });

  it('are not sent without a text, nor after the stop', async () => {
    drafts.show({ chatId: 7, thread: NO_THREAD }, 1, ' ');
    drafts.stop();
    drafts.show({ chatId: 7, thread: NO_THREAD }, 1, 'a');
    await pass(5_000);
    expect(sent).toEqual([]);
  });

  it('are masked', async () => {
    drafts.show({ chatId: 7, thread: NO_THREAD }, 1, 'a secret');
    await pass(0);
    expect(sent).toEqual(['sendMessageDraft 1 a •']);
  });
});
