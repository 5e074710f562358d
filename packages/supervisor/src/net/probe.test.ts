import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer as createTcpServer } from 'node:net';
import { openProxy, type Proxy } from '@ccbot/shared/fixtures/proxy';
import { probe, probeApi } from './probe';

let server: Server;
let url: string;
let status: number;
let proxy: Proxy;

beforeEach(async () => {
  status = 200;
  server = createServer((_request, response) => {
    response
      .writeHead(status)
      .end(JSON.stringify({ ok: status === 200, description: 'as the Bot API says it' }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  proxy = await openProxy();
});
afterEach(async () => {
  await proxy.close();
  await new Promise((resolve) => server.close(resolve));
});

it.each([200, 302, 404, 500])('takes a response of %i as a working network', async (code) => {
  status = code;
  expect(await probe(url, '')).toEqual({ up: true, detail: `HTTP ${code}` });
});

it('reports a refused connection, an unknown name and an invalid URL', async () => {
  const address = url;
  await new Promise((resolve) => server.close(resolve));
  expect(await probe(address, '')).toMatchObject({
    up: false,
    trouble: { code: 'NET_REFUSED', reason: expect.stringContaining('ECONNREFUSED') as string },
  });
  expect(await probe('http://nowhere.invalid/', '')).toMatchObject({ trouble: { code: 'NET_DNS' } });
  expect(await probe('nonsense', '')).toMatchObject({ trouble: { code: 'NETWORK_DOWN' } });
});

it('reports a server that accepts the connection and never responds', async () => {
  const silent = createTcpServer((socket) => socket.on('error', () => socket.destroy()).resume());
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const { port } = silent.address() as AddressInfo;
  expect(await probe(`http://127.0.0.1:${port}/`, '', 1_000)).toEqual({
    up: false,
    trouble: { code: 'NET_TIMEOUT', reason: 'connected, but no answer in time', arrived: 'unknown' },
  });
  await new Promise((resolve) => silent.close(resolve));
});

it.each(['http', 'socks5'] as const)('uses a proxy of kind %s, and nothing else', async (kind) => {
  expect(await probe(url, proxy.url(kind))).toEqual({ up: true, detail: 'HTTP 200' });
  expect(proxy.targets()).toEqual([new URL(url).host]);
});

it('asks the proxy for a tunnel to an https server', async () => {
  // The server does not speak TLS. It only matters that the client asked for a tunnel.
  expect(await probe(url.replace('http:', 'https:'), proxy.url('http'))).toMatchObject({ up: false });
  expect(proxy.targets()).toEqual([new URL(url).host]);
});

it('does not bypass a proxy that is down', async () => {
  const address = proxy.url('socks5');
  await proxy.close();
  expect(await probe(url, address)).toMatchObject({ up: false });
});

it.each([200, 401])('takes a response of %i from the Bot API for a working one', async (code) => {
  status = code;
  expect(await probeApi(url.slice(0, -1), '1:x', '')).toEqual({ up: true, detail: `HTTP ${code}` });
});

it.each([
  [404, 'API_PATH'],
  [407, 'PROXY_AUTH'],
  [429, 'API_RATE'],
  [502, 'API_DOWN'],
])('takes a response of %i from the Bot API for %s', async (code, trouble) => {
  status = code;
  expect(await probeApi(url.slice(0, -1), '1:x', '')).toMatchObject({
    up: false,
    trouble: { code: trouble },
  });
});
