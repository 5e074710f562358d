import { createConnection } from 'node:net';
import type { PendingUpdate } from './state';
import { OWNER, startFixture, TOKEN, type Fixture } from './fixtures/client';

let f: Fixture;
beforeEach(async () => (f = await startFixture()));
afterEach(() => f.telegram.close());

const say = (text: string): Record<string, unknown> => ({ chat_id: OWNER.id, text });

describe('the address', () => {
  it('answers 401 to a wrong token and 404 to an unknown method', async () => {
    const wrong = await fetch(`${f.telegram.apiRoot}/bot1:wrong/getMe`);
    expect([wrong.status, await wrong.json()]).toEqual([
      401,
      { ok: false, error_code: 401, description: 'Unauthorized' },
    ]);
    expect(await f.refusal('makeCoffee')).toBe('404 Not Found: method not found');
    expect(await f.refusal('constructor')).toBe('404 Not Found: method not found');
    expect((await fetch(`${f.telegram.apiRoot}/elsewhere`)).status).toBe(404);
  });

  it('accepts a token with escaped characters, and survives a badly escaped one', async () => {
    const escaped = await fetch(`${f.telegram.apiRoot}/bot${encodeURIComponent(TOKEN)}/getMe`);
    expect(escaped.status).toBe(200);
    expect((await fetch(`${f.telegram.apiRoot}/bot1%zz/getMe`)).status).toBe(401);
  });

  it('does not have newer methods that are switched off', async () => {
    for (const method of ['sendMessageDraft', 'sendRichMessage']) f.telegram.state.absent.add(method);
    expect(await f.refusal('sendMessageDraft', { ...say('a'), draft_id: 1 })).toMatch(/^404/);
    expect(await f.refusal('sendRichMessage', { chat_id: OWNER.id, rich_message: { markdown: 'a' } })).toBe(
      '404 Not Found: method not found',
    );
  });
});

it('says in which request a call came, and reports each update that it queues for the bot', async () => {
  const heard: [string, number | undefined][] = [];
  const other = await startFixture({
    onCall: ({ method }, { socket }) => heard.push([method, socket.remotePort]),
  });
  const updates: PendingUpdate[] = [];
  other.telegram.state.changed.on('update', (update: PendingUpdate) => updates.push(update));
  const message = other.telegram.owner.say('hello');
  other.telegram.owner.react(message, '👍'); // which the bot has not asked for
  await other.call('getMe');
  await other.telegram.close();
  expect(heard).toEqual([['getMe', expect.any(Number)]]);
  expect(updates).toMatchObject([{ update_id: expect.any(Number), message: { text: 'hello' } }]);
});

describe('the body', () => {
  it('may be JSON, a form, a multipart form or a query', async () => {
    const entities = [{ type: 'bold', offset: 0, length: 2 }];
    await f.call('sendMessage', { ...say('as JSON'), entities });
    const form = new URLSearchParams({
      chat_id: String(OWNER.id),
      text: 'as form',
      entities: JSON.stringify(entities),
      disable_notification: 'true',
    });
    await f.post('sendMessage', form.toString(), 'application/x-www-form-urlencoded');
    const parts = new FormData();
    for (const [name, value] of form) parts.append(name, value);
    parts.set('text', 'as parts');
    await f.post('sendMessage', parts);
    form.set('text', 'as query');
    await fetch(`${f.telegram.apiRoot}/bot${TOKEN}/sendMessage?${form}`);
    const chat = f.telegram.owner.fromBot();
    expect(chat.map((m) => m.text)).toEqual(['as JSON', 'as form', 'as parts', 'as query']);
    expect(chat.map((m) => m.entities)).toEqual(Array(4).fill(entities));
    expect(chat.map((m) => m.silent)).toEqual([false, true, true, true]);
  });

  it('is refused when it is incomplete JSON, an array, or a form without a boundary or an end', async () => {
    const send = async (body: string, type: string): Promise<number> =>
      (await f.post('sendMessage', body, type)).status;
    expect(await send('{"chat_id":7', 'application/json')).toBe(400);
    expect(await send('[1]', 'application/json')).toBe(400);
    expect(await send('x', 'multipart/form-data')).toBe(400);
    expect(
      await send(
        '--b\r\nContent-Disposition: form-data; name="text"\r\n\r\nx',
        'multipart/form-data; boundary=b',
      ),
    ).toBe(400);
    expect(f.telegram.owner.chat()).toEqual([]);
  });

  it('is refused with 413 when it is larger than the largest file', async () => {
    const parts = new FormData();
    parts.append('chat_id', String(OWNER.id));
    parts.append('document', new Blob([Buffer.alloc(50 * 1024 * 1024 + 1)]), 'large.bin');
    expect((await f.post('sendDocument', parts)).status).toBe(413);
    expect((await f.post('sendMessage', 'x'.repeat(52 * 1024 * 1024), 'text/plain')).status).toBe(413);
  });

  it('leaves nothing behind when the client disconnects in the middle', async () => {
    const { port } = new URL(f.telegram.apiRoot);
    const socket = createConnection(Number(port), '127.0.0.1');
    await new Promise<void>((done) =>
      socket.write(
        `POST /bot${TOKEN}/sendMessage HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 999\r\n\r\n{`,
        () => done(),
      ),
    );
    await new Promise((done) => socket.once('close', done).destroy());
    expect((await f.call('getMe')).ok).toBe(true);
    expect(f.telegram.calls.map((c) => c.method)).toEqual(['getMe']);
  });
});

describe('calls', () => {
  it('are recorded with their parameters, status and time, as are wrong tokens and downloads', async () => {
    await f.call('sendMessage', say('first'));
    await f.call('sendMessage', say(''));
    await fetch(`${f.telegram.apiRoot}/file/bot${TOKEN}/documents/none`);
    expect(f.telegram.calls.map((c) => [c.method, c.status])).toEqual([
      ['sendMessage', 200],
      ['sendMessage', 400],
      ['file', 404],
    ]);
    const [a, b] = f.telegram.calls;
    expect(a?.params).toEqual(say('first'));
    expect(b !== undefined && a !== undefined && b.atNs > a.atNs).toBe(true);
  });

  it('cause one warning when they have parameters that Telegram does not know', async () => {
    await f.call('sendMessage', { ...say('x'), disable_web_page_preview: true });
    await f.call('sendMessage', { ...say('x'), disable_web_page_preview: true });
    expect(f.telegram.warnings).toEqual(['sendMessage: unknown parameter disable_web_page_preview']);
  });

  it('are kept only up to the limit', async () => {
    const few = await startFixture({ remember: 3 });
    for (let i = 0; i < 20; i++) await few.call('getMe');
    expect(few.telegram.calls.length).toBeLessThanOrEqual(6);
    await few.telegram.close();
  });
});

describe('faults', () => {
  const statusOf = async (): Promise<number> => (await f.call('sendMessage', say('x'))).status;

  it('affect the method they name, for as many calls as they say', async () => {
    f.telegram.fault({ kind: '5xx', method: 'sendMessage', times: 2 });
    expect((await f.call('getMe')).status).toBe(200);
    expect([await statusOf(), await statusOf(), await statusOf()]).toEqual([502, 502, 200]);
  });

  it('affect every method until they are cleared by default', async () => {
    f.telegram.fault({ kind: '401' });
    expect([await statusOf(), (await f.call('getMe')).status]).toEqual([401, 401]);
    f.telegram.clearFaults();
    expect(await statusOf()).toBe(200);
  });

  it('answer with the descriptions and delays of the real server', async () => {
    f.telegram.fault({ kind: '429', retryAfter: 7, times: 1 });
    expect(await f.call('getMe')).toEqual({
      status: 429,
      ok: false,
      error_code: 429,
      description: 'Too Many Requests: retry after 7',
      parameters: { retry_after: 7 },
    });
    f.telegram.fault({ kind: '409', times: 1 });
    expect(await f.refusal('getUpdates')).toMatch(/^409 Conflict: terminated by other getUpdates request/);
    f.telegram.fault({ kind: '403', times: 1 });
    expect(await f.refusal('sendMessage', say('x'))).toBe('403 Forbidden: bot was blocked by the user');
  });

  it('break the connection before the call is carried out, or after it so that the answer is lost', async () => {
    f.telegram.fault({ kind: 'reset', times: 1 });
    await expect(f.call('sendMessage', say('lost'))).rejects.toThrow();
    f.telegram.fault({ kind: 'reset-after', times: 1 });
    await expect(f.call('sendMessage', say('arrived'))).rejects.toThrow();
    expect(f.telegram.owner.chat().map((m) => m.text)).toEqual(['arrived']);
    expect(f.telegram.calls.map((c) => c.status)).toEqual([0, 0]);
  });

  it('confirm the updates of a poll whose answer is lost', async () => {
    f.telegram.owner.say('one');
    const [update] = (await f.call('getUpdates')).result;
    f.telegram.fault({ kind: 'reset-after', times: 1 });
    await expect(f.call('getUpdates', { offset: update.update_id + 1 })).rejects.toThrow();
    expect(f.telegram.state.updates).toEqual([]);
  });

  it('leave a call unanswered until the client gives up', async () => {
    f.telegram.fault({ kind: 'hang', times: 1 });
    const abort = new AbortController();
    const hanging = fetch(`${f.telegram.apiRoot}/bot${TOKEN}/getMe`, { signal: abort.signal });
    await f.telegram.waitFor(() => f.telegram.calls.length === 1);
    abort.abort();
    await expect(hanging).rejects.toThrow();
    expect(f.telegram.calls[0]?.status).toBe(0);
  });

  it('delay an answer', async () => {
    f.telegram.fault({ kind: 'slow', delayMs: 50, times: 1 });
    const startedAt = performance.now();
    expect(await statusOf()).toBe(200);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(49);
  });

  it('affect downloads under the name file', async () => {
    f.telegram.fault({ kind: '5xx', method: 'file', times: 1 });
    expect((await fetch(`${f.telegram.apiRoot}/file/bot${TOKEN}/x`)).status).toBe(502);
  });

  it('refuse connections, and accept them again on the same port', async () => {
    await f.telegram.refuse();
    await expect(f.call('getMe')).rejects.toThrow();
    await f.telegram.resume();
    expect((await f.call('getMe')).ok).toBe(true);
  });
});

describe('the pace', () => {
  it('accepts a burst, then answers 429 for a while, but not to other methods and chats', async () => {
    let now = 1_000_000;
    const strict = await startFixture({ pacing: true, now: () => now });
    const statuses: number[] = [];
    for (let i = 0; i < 7; i++) statuses.push((await strict.call('sendMessage', say(`m${i}`))).status);
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429, 429]);
    expect(await strict.call('sendMessage', say('again'))).toMatchObject({ parameters: { retry_after: 1 } });
    expect((await strict.call('sendChatAction', { chat_id: OWNER.id, action: 'typing' })).ok).toBe(true);
    expect((await strict.call('sendMessage', { chat_id: 8002, text: 'other' })).ok).toBe(true);
    now += 1_000;
    expect((await strict.call('sendMessage', say('rested'))).ok).toBe(true);
    strict.telegram.setPacing(false);
    expect((await strict.call('sendMessage', say('free'))).ok).toBe(true);
    await strict.telegram.close();
  });
});

describe('waiting', () => {
  it('resolves as soon as there is a value', async () => {
    const seen = f.telegram.waitFor(() => f.telegram.owner.chat()[0]?.text);
    f.telegram.owner.say('here');
    expect(await seen).toBe('here');
  });

  it('fails with the text of the chat at the timeout, and passes on what the callback throws', async () => {
    f.telegram.owner.say('the only line');
    await expect(f.telegram.waitFor(() => null, 5)).rejects.toThrow(/within 5 ms.*\n.*user: the only line/);
    await expect(
      f.telegram.waitFor(() => {
        throw new Error('wrong value');
      }),
    ).rejects.toThrow('wrong value');
    expect(f.telegram.state.changed.listenerCount('change')).toBe(0);
  });

  it('fails when the sandbox closes', async () => {
    const other = await startFixture();
    const waiting = expect(other.telegram.waitFor(() => null)).rejects.toThrow('the sandbox was closed');
    await other.telegram.close();
    await waiting;
  });
});

it('frees its port and its listeners when it closes, even with open polls and hanging calls', async () => {
  const other = await startFixture();
  const poll = other.call('getUpdates', { timeout: 50 }).catch((error: Error) => error.name);
  await other.telegram.waitFor(() => other.telegram.polls.length === 1);
  await other.telegram.close();
  await poll;
  expect(other.telegram.state.changed.listenerCount('change')).toBe(0);
  await expect(fetch(other.telegram.apiRoot)).rejects.toThrow();
});

it('fails when its port is in use', async () => {
  const port = Number(new URL(f.telegram.apiRoot).port);
  await expect(startFixture({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
});
