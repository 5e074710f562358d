import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openProxy, type Proxy } from '@ccbot/shared/fixtures/proxy';
import { PATIENCE_MS } from '@ccbot/shared/fixtures/until';
import { createBotApi } from './adapter';
import type { BotApi, FileToUpload, SendFailure } from './api';
import { openRoute } from './proxy';

const TOKEN = '123456789:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';
const LARGE = 24 * 1024 * 1024;
const HUGE = 8 * LARGE;
const NO_ROUTE = { TG_PROXY_URL: '', NO_PROXY: '' };

let dir: string;
let server: Server;
let proxy: Proxy;
let root: string;
/** What the server does with a request. */
let serve: (request: IncomingMessage, response: ServerResponse) => void;

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'ccbot-upload-'));
  server = createServer((request, response) => serve(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  root = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  proxy = await openProxy();
});
afterEach(async () => {
  await proxy.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(dir, { recursive: true, force: true });
});

async function apiFor(settings = NO_ROUTE, apiRoot = root): Promise<BotApi> {
  return createBotApi({ token: TOKEN, apiRoot, ...(await openRoute(apiRoot, settings)) });
}

function file(bytes: number): FileToUpload & { path: string } {
  const path = join(dir, 'file.bin');
  writeFileSync(path, '');
  truncateSync(path, bytes); // zeros, which take no place on the disk
  return { upload: { path, name: 'file.bin' }, path };
}

async function failureOfUpload(bytes: number, options?: { timeoutMs: number }): Promise<SendFailure | null> {
  const result = await (await apiFor()).call('sendDocument', { chat_id: 7, document: file(bytes) }, options);
  expect(JSON.stringify(result)).not.toContain(TOKEN.split(':')[1]);
  return result.ok ? null : result.failure;
}

/** Reads the whole request, then answers. */
const answers =
  (status: number, text: string): typeof serve =>
  (request, response) => {
    request.resume().on('end', () => response.writeHead(status).end(text));
  };

describe('an upload that fails', () => {
  it('has not arrived when no connection could be opened', async () => {
    await new Promise((resolve) => server.close(resolve));
    expect(await failureOfUpload(10)).toMatchObject({
      kind: 'not-delivered',
      text: expect.stringContaining('ECONNREFUSED') as string,
    });
  });

  it('has not arrived when the connection breaks in the middle of the file', async () => {
    serve = (request) => request.once('data', () => request.destroy());
    expect(await failureOfUpload(LARGE)).toMatchObject({ kind: 'not-delivered' });
  });

  it('has not arrived when the time is over in the middle of the file', async () => {
    serve = () => undefined; // reads nothing
    expect(await failureOfUpload(LARGE, { timeoutMs: 300 })).toMatchObject({ kind: 'not-delivered' });
  });

  it('may have arrived when the connection breaks after it', async () => {
    serve = (request) => request.resume().on('end', () => request.socket.destroy());
    expect(await failureOfUpload(10)).toMatchObject({ kind: 'unknown' });
  });

  it('may have arrived when nothing answers in time', async () => {
    serve = (request) => request.resume();
    expect(await failureOfUpload(10, { timeoutMs: 1_000 })).toMatchObject({ kind: 'unknown' });
  });

  it.each<[number, string, object]>([
    [502, '<html>Bad Gateway</html>', { kind: 'unknown', status: 502 }],
    [200, '<html>Sign in to the hotel network</html>', { kind: 'unknown' }],
    [200, '{"ok":', { kind: 'unknown' }],
    [200, '{"ok":"yes"}', { kind: 'unknown' }],
    [302, '', { kind: 'unknown' }],
    [413, '<html>Request Entity Too Large</html>', { kind: 'refused', reason: 'too-large' }],
    [
      429,
      '{"ok":false,"error_code":429,"description":"Too Many Requests","parameters":{"retry_after":7}}',
      { kind: 'not-delivered', retryAfterMs: 7_000 },
    ],
    [
      403,
      '{"ok":false,"error_code":403,"description":"Forbidden: bot was blocked"}',
      { kind: 'refused', reason: 'forbidden' },
    ],
    [401, '{"ok":false,"error_code":401,"description":"Unauthorized"}', { reason: 'unauthorized' }],
  ])('is classified by the answer %i %.40j', async (status, text, expected) => {
    serve = answers(status, text);
    expect(await failureOfUpload(10)).toMatchObject(expected);
  });

  it('takes no more than its share of memory for an endless answer', async () => {
    serve = (request, response) => {
      request.resume();
      const more = (): void => {
        while (response.write('x'.repeat(100_000)));
        response.once('drain', more);
      };
      more();
    };
    expect(await failureOfUpload(10)).toMatchObject({ kind: 'unknown' });
  });

  it('hears a refusal that comes before the file was read', async () => {
    serve = (_request, response) =>
      response.writeHead(413).end('{"ok":false,"error_code":413,"description":"Request Entity Too Large"}');
    // What the kernel does with the rest of the file may hide the answer; then it was not executed either.
    expect(['refused', 'not-delivered']).toContain((await failureOfUpload(LARGE))?.kind);
  });
});

it('reads a file as fast as the server takes it', async () => {
  const document = file(0);
  truncateSync(document.path, HUGE);
  const before = process.memoryUsage().arrayBuffers;
  let most = 0;
  serve = (request, response) => {
    let bytes = 0;
    request.on('data', (piece: Buffer) => {
      bytes += piece.length;
      most = Math.max(most, process.memoryUsage().arrayBuffers - before);
    });
    request.on('end', () => response.end(`{"ok":true,"result":${bytes}}`));
  };
  const sent = await (
    await apiFor()
  ).call<number>('sendDocument', { chat_id: 7, document }, { timeoutMs: PATIENCE_MS });
  expect(sent).toMatchObject({ ok: true });
  expect(sent.ok && sent.value).toBeGreaterThan(HUGE);
  expect(most).toBeLessThan(5 * LARGE);
});

it('reports a file that became shorter while it was sent', async () => {
  const document = file(LARGE);
  serve = (request) => {
    request.once('data', () => {
      truncateSync(document.path, 1_000_000);
      request.resume();
    });
    request.pause();
    setImmediate(() => request.resume());
  };
  expect(await (await apiFor()).call('sendDocument', { chat_id: 7, document })).toMatchObject({
    failure: { kind: 'refused', reason: 'file-gone' },
  });
});

it('ends with the signal of its caller', async () => {
  const abort = new AbortController();
  serve = () => abort.abort();
  const call = (await apiFor()).call(
    'sendDocument',
    { chat_id: 7, document: file(LARGE) },
    { signal: abort.signal },
  );
  expect(await call).toMatchObject({ failure: { kind: 'not-delivered' } });
});

describe('the way to the server', () => {
  const ok = answers(200, '{"ok":true,"result":{"message_id":1}}');

  it.each(['http', 'socks5'] as const)(
    'leads through a proxy of kind %s, as that of every call',
    async (kind) => {
      serve = ok;
      const api = await apiFor({ TG_PROXY_URL: proxy.url(kind), NO_PROXY: '' });
      expect(await api.call('sendDocument', { chat_id: 7, document: file(LARGE) })).toMatchObject({
        ok: true,
      });
      expect(await api.call('getMe', {})).toMatchObject({ ok: true });
      const host = new URL(root).host;
      expect(proxy.targets()).toEqual([host, host]);
    },
  );

  it('asks the proxy for a tunnel to an https server, and never goes around it', async () => {
    serve = ok;
    const secure = root.replace('http:', 'https:');
    const api = await apiFor({ TG_PROXY_URL: proxy.url('http'), NO_PROXY: '' }, secure);
    // The server does not speak TLS. It only matters that the client asked for a tunnel.
    expect(await api.call('sendDocument', { chat_id: 7, document: file(10) })).toMatchObject({
      failure: { kind: 'not-delivered' },
    });
    expect(proxy.targets()).toEqual([new URL(root).host]);
  });

  it.each(['http', 'socks5'] as const)(
    'does not lead around a proxy of kind %s that is down',
    async (kind) => {
      serve = ok;
      const TG_PROXY_URL = proxy.url(kind);
      await proxy.close();
      const api = await apiFor({ TG_PROXY_URL, NO_PROXY: '' });
      expect(await api.call('sendDocument', { chat_id: 7, document: file(10) })).toMatchObject({
        failure: { kind: 'not-delivered' },
      });
    },
  );

  it('is direct to a host that NO_PROXY names', async () => {
    serve = ok;
    const api = await apiFor({ TG_PROXY_URL: proxy.url('socks5'), NO_PROXY: 'localhost,127.0.0.1' });
    expect(await api.call('sendDocument', { chat_id: 7, document: file(10) })).toMatchObject({ ok: true });
    expect(await api.call('getMe', {})).toMatchObject({ ok: true });
    expect(proxy.targets()).toEqual([]);
  });
});
