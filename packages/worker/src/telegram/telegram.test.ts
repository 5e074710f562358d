import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTelegram, type Sandbox } from '@ccbot/sandbox/telegram/server';
import { until } from '@ccbot/shared/fixtures/until';
import { openStore, type Store } from '../store/open';
import { createUpdates, type Updates } from '../inbox/store';
import { createBotApi } from './adapter';
import type { BotApi, SendFailure } from './api';
import { decidePoll, isAnswer, STALE_POLL_MS } from './decide';
import { failureOf } from './failure';
import { createPoll, PermitEnded, type Poll, type PollEvent, type PollPermit, type UpdateSink } from './poll';
import { createPollCall } from './poll-call';
import { agentFactory } from './proxy';

const TOKEN = '123456789:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';

let dir: string;
let telegram: Sandbox;
let api: BotApi;
let store: Store;
let updates: Updates;

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'ccbot-telegram-'));
  const person = (id: number) => ({ id, is_bot: false, first_name: 'P' });
  telegram = await startTelegram({ token: TOKEN, owner: person(7), stranger: person(8) });
  api = createBotApi({
    token: TOKEN,
    apiRoot: telegram.apiRoot,
    makeAgent: await agentFactory(telegram.apiRoot, ''),
    createCall: createPollCall,
  });
  store = openStore(join(dir, 'ccbot.db'), Date.now);
  updates = createUpdates(store);
});
afterEach(async () => {
  store.close();
  await telegram.close();
  rmSync(dir, { recursive: true, force: true });
});

describe.each([
  ['telegraf', undefined],
  ["the poll's client", createPollCall],
])('the adapter to the Bot API over %s', (_client, createCall) => {
  const adapter = async (apiRoot: string): Promise<BotApi> =>
    createBotApi({
      token: TOKEN,
      apiRoot,
      makeAgent: await agentFactory(apiRoot, ''),
      ...(createCall === undefined ? {} : { createCall }),
    });

  beforeEach(async () => {
    api = await adapter(telegram.apiRoot);
  });

  const failureAfter = async (kind: 'reset' | '5xx' | '429' | '401' | '409') => {
    telegram.fault({ method: 'getMe', kind, retryAfter: 7, times: 1 });
    const result = await api.call('getMe', {});
    return result.ok ? null : result.failure;
  };

  it('returns what the method returns', async () => {
    expect(await api.call('getMe', {})).toMatchObject({ ok: true, value: { is_bot: true } });
  });

  it('says for each failure whether the call arrived', async () => {
    expect(await failureAfter('reset')).toMatchObject({ kind: 'unknown' });
    expect(await failureAfter('5xx')).toMatchObject({ kind: 'unknown' });
    expect(await failureAfter('429')).toMatchObject({ kind: 'not-delivered', retryAfterMs: 7_000 });
    expect(await failureAfter('401')).toMatchObject({ kind: 'refused', reason: 'unauthorized' });
    expect(await failureAfter('409')).toMatchObject({ kind: 'refused', reason: 'conflict' });
    expect(await api.call('noSuchMethod', {})).toMatchObject({ failure: { reason: 'no-method' } });
    await telegram.refuse();
    api.rebuild(); // a connection that was open may have taken the request with it
    expect(await api.call('getMe', {})).toMatchObject({ failure: { kind: 'not-delivered' } });
    await telegram.resume();
  });

  it('treats a call without an answer as one that may have arrived', async () => {
    telegram.fault({ method: 'getMe', kind: 'hang', times: 1 });
    expect(await api.call('getMe', {}, { timeoutMs: 1_000 })).toMatchObject({ failure: { kind: 'unknown' } });
  });

  it('treats a web page instead of an answer as an unknown outcome', async () => {
    const server = createServer((_, res) => res.end('<html>Sign in to the hotel network</html>'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const root = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const portal = await adapter(root);
    expect(await portal.call('getMe', {})).toMatchObject({ failure: { kind: 'unknown' } });
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it('never shows the token in its results', async () => {
    telegram.fault({ method: 'getMe', kind: 'reset' });
    const results = [await api.call('getMe', {})];
    await telegram.refuse();
    results.push(await api.call('getMe', {}));
    await telegram.resume();
    expect(JSON.stringify(results)).not.toContain(TOKEN.split(':')[1]);
  });

  it('reaches a server under a path', async () => {
    const root = `${telegram.apiRoot}/`;
    const other = await adapter(root);
    expect(await other.call('getMe', {})).toMatchObject({ ok: true });
  });
});

describe('failures', () => {
  it.each([
    [{ status: 400, description: 'Bad Request: MESSAGE IS NOT MODIFIED: …' }, 'not-modified'],
    [{ status: 400, description: 'Bad Request: message to edit not found' }, 'message-gone'],
    [{ status: 400, description: 'Bad Request: query is too old and …' }, 'query-too-old'],
    [{ status: 403, description: 'Forbidden: bot was blocked by the user' }, 'forbidden'],
    [
      { status: 409, description: "Conflict: can't use getUpdates method while webhook is active" },
      'webhook',
    ],
    [{ status: 400, description: 'something new' }, 'other'],
  ])('reads %j as %s', (raw, reason) => {
    expect(failureOf({ ...raw, text: '' })).toMatchObject({ kind: 'refused', reason });
  });
});

describe('the decision on a failed poll', () => {
  const state = { failures: 1, sinceStartMs: 0, polledBefore: false, chance: 0.5 };
  const conflict = { kind: 'refused', reason: 'conflict', code: 409, text: 'other' } as const;

  it('takes a 409 for the previous poller’s long poll only at the start', () => {
    expect(decidePoll(conflict, state)).toMatchObject({ do: 'retry' });
    expect(decidePoll(conflict, { ...state, sinceStartMs: STALE_POLL_MS })).toMatchObject({ do: 'conflict' });
    expect(decidePoll(conflict, { ...state, polledBefore: true })).toMatchObject({ do: 'conflict' });
  });

  it('takes a 409 for its own broken poll only while Telegram may hold that', () => {
    const since = (sinceBrokenMs: number) =>
      decidePoll(conflict, { ...state, polledBefore: true, sinceStartMs: 1e9, sinceBrokenMs });
    expect(since(10_000)).toMatchObject({ do: 'retry', waitMs: 1_000, trouble: { code: 'POLL_HELD' } });
    expect(since(STALE_POLL_MS)).toMatchObject({ do: 'conflict' });
  });

  it('waits as long as a 429 asks for, and never for longer than a timer can', () => {
    const held = (retryAfterMs: number) =>
      decidePoll({ kind: 'not-delivered', text: '', retryAfterMs }, state);
    expect(held(71_000)).toMatchObject({ do: 'retry', waitMs: 71_000, asked: true, network: 'unchanged' });
    expect(held(1e12)).toMatchObject({ do: 'retry', waitMs: 600_000 });
  });

  it.each<[string, SendFailure, boolean]>([
    ['a 429', failureOf({ status: 429, text: '' }), true],
    ['a 502', failureOf({ status: 502, text: '' }), true],
    ['a 409', failureOf({ status: 409, description: 'Conflict', text: '' }), true],
    ['a hotel’s page', failureOf({ status: 302, text: '' }), false],
    ['a broken connection', failureOf({ errno: 'ECONNRESET', text: '' }), false],
    ['a refused connection', failureOf({ errno: 'ECONNREFUSED', text: '' }), false],
  ])('says for %s whether Telegram answered', (_what, failure, answered) => {
    expect(isAnswer(failure)).toBe(answered);
  });

  it('waits longer with each failure, up to half a minute', () => {
    const wait = (failures: number) => decidePoll({ kind: 'unknown', text: '' }, { ...state, failures });
    expect([1, 2, 3, 50].map((n) => (wait(n) as { waitMs: number }).waitMs)).toEqual([
      500, 1_000, 2_000, 30_000,
    ]);
  });
});

describe('the poll loop', () => {
  let poll: Poll;
  let events: PollEvent[];

  beforeEach(() => {
    events = [];
    poll = createPoll({
      api,
      updates,
      way: { apiRoot: telegram.apiRoot, proxyUrl: '', file: '.env' },
      clock: { now: Date.now, monotonicMs: () => performance.now(), chance: () => 0 },
      log: () => undefined,
    });
  });

  const start = (): void =>
    poll.start((event) => {
      events.push(event);
      telegram.state.touch();
    });
  const seen = (type: PollEvent['type']): boolean => events.some((e) => e.type === type);

  it('is ready after its first poll, without waiting for a message', async () => {
    start();
    await telegram.waitFor(() => seen('ready'));
    expect(poll.lastPollAt()).not.toBeNull();
    await poll.stop();
  });

  it('makes only the first poll before what it stored can be handled', async () => {
    let open = (): void => undefined;
    poll.start(
      (event) => {
        events.push(event);
        telegram.state.touch();
      },
      new Promise<void>((resolve) => (open = resolve)),
    );
    await telegram.waitFor(() => seen('ready'));
    telegram.owner.say('waits at Telegram');
    await new Promise((resolve) => setImmediate(resolve));
    expect(telegram.polls).toHaveLength(1);
    open();
    await telegram.waitFor(() => seen('stored'));
    await poll.stop();
  });

  it('stops also while nothing can be handled yet', async () => {
    poll.start(
      (event) => {
        events.push(event);
        telegram.state.touch();
      },
      new Promise<void>(() => undefined),
    );
    await telegram.waitFor(() => seen('ready'));
    await poll.stop();
    expect(telegram.polls).toHaveLength(1);
  });

  it('has every update on disk before Telegram is told that it arrived', async () => {
    start();
    telegram.owner.say('one');
    await telegram.waitFor(() => seen('stored'));
    const confirming = (): boolean =>
      telegram.calls.some((c) => c.method === 'getUpdates' && Number(c.params['offset']) > 0);
    await telegram.waitFor(confirming);
    expect(updates.depth()).toBe(1);
    await poll.stop();
  });

  it('never polls twice at a time, and continues after resets, hangs and outages', async () => {
    start();
    await telegram.waitFor(() => seen('ready'));
    for (const kind of ['reset', '5xx', '429'] as const)
      telegram.fault({ method: 'getUpdates', kind, times: 1, retryAfter: 0 });
    telegram.owner.say('through it all');
    await telegram.waitFor(() => seen('stored'));
    await telegram.refuse();
    await telegram.resume();
    telegram.owner.say('and after the outage');
    await telegram.waitFor(() => updates.depth() === 2);
    await poll.stop();
    expect(telegram.overlaps()).toBe(0);
  });

  it('says that it is held off while a 429 lasts, and counts it as an answer', async () => {
    start();
    await telegram.waitFor(() => seen('ready'));
    const before = poll.answers();
    telegram.fault({ method: 'getUpdates', kind: '429', times: 1, retryAfter: 3_600 });
    telegram.owner.say('ends the poll that is held');
    await until(() => poll.heldOff());
    expect(poll.answers()).toBeGreaterThan(before);
    await poll.stop();
    expect(poll.heldOff()).toBe(false);
  });

  it('polls without a hold after a failure, so that we soon know that it works again', async () => {
    start();
    await telegram.waitFor(() => seen('ready'));
    const calls = (): unknown[] =>
      telegram.calls.filter((c) => c.method === 'getUpdates').map((c) => c.params['timeout']);
    await telegram.waitFor(() => calls().length === 2);
    telegram.fault({ method: 'getUpdates', kind: 'reset', times: 1 });
    telegram.owner.say('ends the poll that is held');
    await telegram.waitFor(() => calls().length === 5);
    await poll.stop();
    expect(calls().slice(0, 5)).toEqual([0, 50, 50, 0, 50]);
  });

  it('polls over a new connection after a transport error, and otherwise over the same one', async () => {
    const rebuilt: number[] = [];
    const counted = { ...api, rebuild: () => void rebuilt.push(telegram.calls.length) };
    poll = createPoll({
      api: counted,
      updates,
      way: { apiRoot: telegram.apiRoot, proxyUrl: '', file: '.env' },
      clock: { now: Date.now, monotonicMs: () => performance.now(), chance: () => 0 },
      log: () => undefined,
    });
    const polls = (): number => telegram.calls.filter((c) => c.method === 'getUpdates').length;
    start();
    await telegram.waitFor(() => polls() === 2);
    telegram.fault({ method: 'getUpdates', kind: '429', times: 1, retryAfter: 0 });
    telegram.owner.say('ends the poll that is held');
    await telegram.waitFor(() => polls() === 5);
    expect(rebuilt).toHaveLength(0);
    telegram.fault({ method: 'getUpdates', kind: 'reset', times: 1 });
    telegram.owner.say('and once more');
    await telegram.waitFor(() => polls() === 8);
    expect(rebuilt).toHaveLength(1);
    await poll.stop();
  });

  it('takes a 409 after a poll of its own that broke off for that poll, tries every second, and says so', async () => {
    start();
    await telegram.waitFor(() => telegram.polls.some((p) => p.endedNs === undefined));
    telegram.breakPoll(2_500);
    await telegram.waitFor(() => poll.trouble()?.code === 'POLL_HELD');
    const { what = '', todo = '', since = 0 } = poll.trouble() ?? {};
    expect(what).toContain('still holds an earlier poll of this ccbot');
    expect(todo).toContain('need not do anything');
    telegram.owner.say('said while Telegram held the poll');
    await telegram.waitFor(() => seen('stored'));
    expect(Date.now() - since).toBeLessThan(2_500 + 2_000);
    expect(poll.trouble()).toBeNull();
    expect(seen('ended')).toBe(false);
    await poll.stop();
  });

  it('takes a 409 for another poller again once a poll of its own was served', async () => {
    start();
    await telegram.waitFor(() => telegram.polls.some((p) => p.endedNs === undefined));
    telegram.breakPoll(0);
    await telegram.waitFor(() => events.some((e) => e.type === 'network' && e.up));
    await telegram.waitFor(() => telegram.polls.some((p) => p.endedNs === undefined));
    await api.call('getUpdates', { timeout: 0 });
    await telegram.waitFor(() => seen('ended'));
    expect(events.at(-1)).toMatchObject({ fault: { code: 'POLL_CONFLICT' } });
  });

  it('says why polls fail, and since when, until one succeeds', async () => {
    start();
    await telegram.waitFor(() => seen('ready'));
    telegram.fault({
      method: 'getUpdates',
      kind: 'refused',
      status: 404,
      description: 'Not Found',
      times: 2,
    });
    telegram.owner.say('ends the poll that is held');
    await telegram.waitFor(() => poll.trouble() !== null);
    expect(poll.trouble()).toMatchObject({
      code: 'API_PATH',
      todo: expect.stringContaining('TELEGRAM_API_ROOT') as string,
    });
    expect(events).toContainEqual(
      expect.objectContaining({
        type: 'network',
        up: false,
        detail: expect.stringContaining('no Bot API') as string,
      }),
    );
    await telegram.waitFor(() => poll.trouble() === null);
    await poll.stop();
  });

  it('ends immediately when another poller takes over', async () => {
    start();
    await telegram.waitFor(() => seen('ready'));
    await telegram.waitFor(() => telegram.polls.some((p) => p.endedNs === undefined));
    await api.call('getUpdates', { timeout: 0 });
    await telegram.waitFor(() => seen('ended'));
    expect(events.at(-1)).toMatchObject({ type: 'ended', fault: { code: 'POLL_CONFLICT', exit: 75 } });
  });

  it('ends with a configuration fault when the token is refused or a webhook is set', async () => {
    telegram.fault({ method: 'getUpdates', kind: '401', times: 1 });
    start();
    await telegram.waitFor(() => seen('ended'));
    expect(events.at(-1)).toMatchObject({ fault: { code: 'TOKEN_REFUSED', exit: 78 } });
    telegram.state.webhook = 'https://example.org';
    await expect(poll.once()).rejects.toMatchObject({ fault: { code: 'WEBHOOK_SET' } });
  });

  it('confirms nothing while the disk is full, reports it once, and continues without help', async () => {
    store.db.pragma(`max_page_count = ${Number(store.db.pragma('page_count'))}`);
    start();
    await telegram.waitFor(() => seen('ready'));
    telegram.owner.say('x'.repeat(4_000));
    telegram.owner.say('y'.repeat(4_000));
    telegram.owner.say('z'.repeat(4_000));
    await telegram.waitFor(() => seen('full'));
    expect(telegram.state.updates.length).toBeGreaterThan(0);
    store.db.pragma('max_page_count = 100000');
    await telegram.waitFor(() => updates.depth() === 3);
    expect(events.filter((e) => e.type === 'full')).toEqual([
      { type: 'full', full: true },
      { type: 'full', full: false },
    ]);
    await poll.stop();
  });

  it('does not poll in a rush for updates without ids, which cannot be confirmed', async () => {
    telegram.state.updates.push({ message: { text: 'no id' } } as never);
    telegram.state.updates.push({ update_id: 'x' } as never);
    expect(await poll.once()).toBe(0);
    start();
    await telegram.waitFor(() => seen('ready'));
    await poll.stop();
    expect(telegram.calls.filter((c) => c.method === 'getUpdates').length).toBeLessThan(5);
    expect(seen('stored')).toBe(false);
  });

  it('neither loses nor repeats what was stored by a process that was killed before it confirmed', async () => {
    telegram.owner.say('stored, then killed');
    telegram.owner.say('never fetched by the first');
    const waiting = await api.call<{ update_id: number }[]>('getUpdates', { limit: 1 });
    updates.add(waiting.ok ? waiting.value : [], Date.now());
    start();
    await telegram.waitFor(() => updates.depth() === 2);
    await poll.stop();
    const ids = updates.open('7', 9).map((u) => u.id);
    updates.done(ids, Date.now());
    expect(await poll.once()).toBe(0);
    expect(updates.depth()).toBe(0);
    expect(telegram.state.updates).toEqual([]);
  });

  it('fetches everything that waits in one round, and skips what has no id', async () => {
    for (let i = 0; i < 120; i++) telegram.owner.say(`message ${i}`);
    expect(await poll.once()).toBe(120);
    expect(telegram.state.updates).toEqual([]);
  });
});

describe('a poll that needs a permit', () => {
  /** A permit that the test gives and takes. */
  function permit() {
    let until = 0;
    const waiting = new Set<() => void>();
    return {
      give(ms: number): void {
        until = performance.now() + ms;
        for (const done of [...waiting]) done();
        waiting.clear();
      },
      isAwaited: () => waiting.size > 0,
      port: {
        leftMs: () => until - performance.now(),
        wait: (signal: AbortSignal) =>
          new Promise<void>((resolve) => {
            waiting.add(resolve);
            signal.addEventListener('abort', () => resolve());
          }),
      },
    };
  }

  /** Resolves when it is true; nothing reports that time has passed. */
  async function until(isTrue: () => boolean): Promise<void> {
    while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 20));
  }

  const pollWith = (port: PollPermit, sink: UpdateSink = updates) =>
    createPoll({
      api,
      updates: sink,
      way: { apiRoot: telegram.apiRoot, proxyUrl: '', file: 'f' },
      clock: { now: Date.now, monotonicMs: () => performance.now(), chance: () => 0 },
      permit: port,
      log: () => undefined,
    });

  it('asks nothing without one, never beyond its end, and continues with the next one', async () => {
    const { give, port } = permit();
    const events: PollEvent[] = [];
    const poll = pollWith(port);
    poll.start((event) => events.push(event));
    telegram.owner.say('one');
    give(3_000);
    await telegram.waitFor(() => updates.depth() === 1);
    // Its polls end before the permit does, without a break.
    await telegram.waitFor(() => telegram.polls.length >= 2);
    await until(() => port.leftMs() < 0);
    expect(telegram.polls.filter((p) => p.how !== 'answered')).toEqual([]);
    expect(telegram.polls.every((p) => p.endedNs !== undefined)).toBe(true);
    telegram.owner.say('two');
    give(60_000);
    await telegram.waitFor(() => updates.depth() === 2);
    expect(events.filter(({ type }) => type === 'network')).toEqual([]);
    await poll.stop();
  });

  it('breaks a poll off at its end, which is no failure', async () => {
    const { give, isAwaited, port } = permit();
    const events: PollEvent[] = [];
    const poll = pollWith(port);
    telegram.fault({ method: 'getUpdates', kind: 'hang', times: 1 });
    poll.start((event) => events.push(event));
    give(300);
    await until(() => port.leftMs() < 0);
    // If the permit were extended before the poll is broken off, the hanging poll would continue.
    await until(isAwaited);
    give(60_000);
    await telegram.waitFor(() => events.some(({ type }) => type === 'ready'));
    expect(events).toEqual([{ type: 'ready' }]);
    expect(poll.trouble()).toBeNull();
    await poll.stop();
  });

  it('confirms nothing that could not be stored any more', async () => {
    const { give, port } = permit();
    let adds = 0;
    const poll = pollWith(port, {
      nextOffset: () => 0,
      add() {
        adds++;
        give(0);
        throw new PermitEnded();
      },
    });
    poll.start(() => undefined);
    telegram.owner.say('one');
    give(60_000);
    await until(() => adds === 1);
    await poll.stop();
    expect([adds, telegram.polls.length, telegram.state.updates.length]).toEqual([1, 1, 1]);
  });
});
