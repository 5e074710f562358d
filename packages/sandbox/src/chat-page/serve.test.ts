import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '@ccbot/shared/fixtures/until';
import { startSandbox, type SandboxWithPage } from '../sandbox';
import { png } from '../telegram/fixtures/client';
import * as z from 'zod/mini';
import { changeSchema } from './change-schema';
import type { Change } from './changes';

let assets: string;
let sandbox: SandboxWithPage;
beforeAll(() => {
  assets = mkdtempSync(join(tmpdir(), 'ccbot-page-'));
  for (const name of ['page.html', 'page.css', 'page.js']) writeFileSync(join(assets, name), `the ${name}`);
});
afterAll(() => rmSync(assets, { recursive: true }));
beforeEach(async () => (sandbox = await startSandbox({ port: 0, assets })));
afterEach(() => sandbox.close());

/** Sends any header, which `fetch` does not. Resolves with the status. */
function statusOf(path: string, headers: Record<string, string>, method = 'GET', body = ''): Promise<number> {
  return new Promise((resolve, reject) => {
    const req = request(new URL(path, sandbox.page), { headers, method }, (res) => {
      res.resume();
      res.on('close', () => resolve(res.statusCode ?? 0));
      if (res.headers['content-type'] === 'text/event-stream') res.destroy();
    });
    req.on('error', reject);
    req.end(body);
  });
}

const act = (action: unknown): Promise<Response> =>
  fetch(`${sandbox.page}act`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(action),
  });

/** The events of a page until it is closed. */
async function events(): Promise<{ next(): Promise<Change>; close(): Promise<void> }> {
  const res = await fetch(`${sandbox.page}events`);
  const reader = (res.body as ReadableStream<Uint8Array>).getReader();
  const decoder = new TextDecoder();
  let text = '';
  return {
    async next() {
      for (;;) {
        const found = /^data: (.*)\n\n/m.exec(text);
        if (found !== null) {
          text = text.slice(found.index + found[0].length);
          return z.parse(changeSchema, JSON.parse(found[1] ?? ''));
        }
        const { value, done } = await reader.read();
        if (done) throw new Error('the events ended');
        text += decoder.decode(value, { stream: true });
      }
    },
    close: () => reader.cancel(),
  };
}

describe('access', () => {
  it('needs the secret; without it there is no page', async () => {
    expect(await statusOf('./', {})).toBe(200);
    for (const path of ['/', '/wrong/', `${new URL(sandbox.page).pathname.slice(0, -2)}/`, '/%00/'])
      expect([path, await statusOf(path, {})]).toEqual([path, 404]);
  });

  it('is refused to other sites, whether they use their own name or their own origin', async () => {
    const { host } = new URL(sandbox.page);
    expect(await statusOf('./', { host: 'evil.example' })).toBe(403);
    expect(await statusOf('./', { host: 'evil.example:80@127.0.0.1' })).toBe(403);
    expect(await statusOf('./', { host: '127.0.0.1:1' })).toBe(403);
    expect(await statusOf('events', { host, origin: 'http://evil.example' })).toBe(403);
    expect(await statusOf('events', { host, 'sec-fetch-site': 'cross-site' })).toBe(403);
    const json = { host, 'content-type': 'application/json' };
    const body = JSON.stringify({ do: 'say', person: 'owner', text: 'x' });
    expect(await statusOf('act', { ...json, origin: 'null' }, 'POST', body)).toBe(403);
    expect(await statusOf('act', { host, 'content-type': 'text/plain' }, 'POST', body)).toBe(415);
    expect(sandbox.telegram.owner.chat()).toEqual([]);
    expect(await statusOf('act', { ...json, origin: `http://${host}` }, 'POST', body)).toBe(200);
    expect(await statusOf('events', { host: host.replace('127.0.0.1', 'localhost') })).toBe(200);
  });

  it('serves a page that can load and run only its own files', async () => {
    const res = await fetch(sandbox.page);
    expect(await res.text()).toBe('the page.html');
    expect(res.headers.get('content-security-policy')).toMatch(/default-src 'none'.*script-src 'self'/);
    expect(res.headers.get('content-security-policy')).not.toMatch(/unsafe/);
    for (const [name, type] of [
      ['page.css', 'text/css'],
      ['page.js', 'text/javascript'],
    ] as const)
      expect((await fetch(`${sandbox.page}${name}`)).headers.get('content-type')).toContain(type);
    for (const odd of ['page.ts', '../package.json', 'constructor', 'file/none'])
      expect((await fetch(sandbox.page + odd)).status).toBe(404);
  });
});

describe('events', () => {
  it('send everything, then each change, and everything again to a page that reconnects', async () => {
    sandbox.telegram.owner.say('before');
    const first = await events();
    expect((await first.next()).chats[0]).toMatchObject({ person: 'owner', messages: [{ text: 'before' }] });
    sandbox.telegram.stranger.say('psst 😀');
    const change = await first.next();
    expect(change.whole).toBe(false);
    expect(change.chats.map((c) => c.messages.map((m) => m.text))).toEqual([[], ['psst 😀']]);
    await first.close();
    const again = await events();
    expect((await again.next()).chats.map((c) => c.messages.length)).toEqual([1, 1]);
    await again.close();
    const { changed } = sandbox.telegram.state;
    await until(() => changed.listenerCount('change') === 0);
  });

  it('include typing, drafts and answers', async () => {
    const { telegram } = sandbox;
    const { id } = telegram.owner.user;
    telegram.state.typing.set(id, Date.now() + 5_000);
    telegram.state.drafts.set(id, { id: 1, text: 'wri', entities: [] });
    telegram.state.queries.set('q', { at: 0, answered: 'done', alert: true });
    const page = await events();
    const { chats, answers } = await page.next();
    expect(chats[0]?.typingMs).toBeGreaterThan(0);
    expect(chats[0]?.draft?.text).toBe('wri');
    expect(answers).toEqual({ q: { text: 'done', alert: true } });
    await page.close();
  });
});

describe('actions', () => {
  it('answer with their result or an error', async () => {
    expect(await (await act({ do: 'say', person: 'stranger', text: 'hi' })).json()).toEqual({
      messages: [101],
    });
    expect(sandbox.telegram.stranger.chat().map((m) => m.text)).toEqual(['hi']);
    const wrong = await act({ do: 'say', person: 'nobody', text: 'hi' });
    expect([wrong.status, await wrong.text()]).toEqual([400, 'unknown person']);
    expect((await act({ do: 'say', person: 'owner', text: 'x'.repeat(1_000_001) })).status).toBe(413);
  });

  it('preserve a character that arrives in two pieces', async () => {
    const body = Buffer.from(JSON.stringify({ do: 'say', person: 'owner', text: 'a😀b' }));
    const cut = body.indexOf(0x9f);
    await new Promise<void>((resolve, reject) => {
      const headers = { 'content-type': 'application/json' };
      const req = request(`${sandbox.page}act`, { method: 'POST', headers }, (res) =>
        res.resume().on('end', resolve),
      );
      req.on('error', reject);
      req.write(body.subarray(0, cut), () => setImmediate(() => req.end(body.subarray(cut))));
    });
    expect(sandbox.telegram.owner.chat()[0]?.text).toBe('a😀b');
  });

  it('can cause a network outage', async () => {
    await act({ do: 'refuse', ms: 2_000 });
    const { apiRoot, token } = sandbox.telegram;
    const getMe = (): Promise<boolean> =>
      fetch(`${apiRoot}/bot${token}/getMe`).then(
        (res) => res.ok,
        () => false,
      );
    await until(async () => !(await getMe())); // the answer to the action is sent first
    await until(getMe);
  });
});

describe('files', () => {
  const upload = (query: Record<string, string>, bytes: Buffer): Promise<Response> =>
    fetch(`${sandbox.page}upload?${new URLSearchParams({ person: 'owner', ...query })}`, {
      method: 'POST',
      body: new Uint8Array(bytes),
    });
  const sent = () => sandbox.telegram.owner.chat().at(-1);

  it('are sent as a phone sends them, with a caption', async () => {
    await upload({ name: 'a.png', mime: 'image/png', caption: ' look ' }, png(20, 10));
    expect(sent()).toMatchObject({ text: 'look', media: { kind: 'photo', file: { width: 20, height: 10 } } });
    await upload({ name: 'a.png', mime: 'image/png', as: 'document' }, png(20, 10));
    expect(sent()?.media?.kind).toBe('document');
    await upload({ name: 'v.ogg', mime: 'audio/ogg', as: 'voice' }, Buffer.from('x'));
    expect(sent()?.media?.kind).toBe('voice');
    await upload({ name: '../../etc/pass\nwd', mime: 'text/html; x' }, Buffer.from('x'));
    expect(sent()?.media).toMatchObject({
      kind: 'document',
      file: { name: '....etcpasswd', mime: 'application/octet-stream' },
    });
  });

  it('form an album', async () => {
    for (const name of ['a', 'b']) await upload({ name, mime: 'text/plain', album: '42' }, Buffer.from('x'));
    await upload({ name: 'c', mime: 'text/plain', album: 'no number' }, Buffer.from('x'));
    expect(sandbox.telegram.owner.chat().map((m) => m.mediaGroupId)).toEqual(['42', '42', undefined]);
  });

  it('are refused when they are empty, too large, or from an unknown person', async () => {
    expect((await upload({ name: 'a' }, Buffer.alloc(0))).status).toBe(400);
    expect((await upload({ name: 'a' }, Buffer.alloc(50 * 1024 * 1024 + 1))).status).toBe(413);
    expect((await upload({ person: 'nobody' }, Buffer.alloc(1))).status).toBe(400);
    expect(sent()).toBeUndefined();
  });

  it('are shown when they are pictures or sounds, else downloaded, and cannot run scripts', async () => {
    const { state } = sandbox.telegram;
    const get = (mime: string): Promise<Response> =>
      fetch(
        `${sandbox.page}file/${state.keepFile({ name: 'ü "x".html', mime, bytes: Buffer.from('<b>') }, 'd').id}`,
      );
    const html = await get('text/html');
    expect(html.headers.get('content-type')).toBe('application/octet-stream');
    expect(html.headers.get('content-disposition')).toBe(
      "attachment; filename*=UTF-8''%C3%BC%20%22x%22.html",
    );
    expect(html.headers.get('content-security-policy')).toBe("default-src 'none'; sandbox");
    expect((await get('image/svg+xml')).headers.get('content-disposition')).toMatch(/^attachment/);
    const picture = await get('image/png');
    expect(picture.headers.get('content-type')).toBe('image/png');
    expect(await picture.text()).toBe('<b>');
  });
});
