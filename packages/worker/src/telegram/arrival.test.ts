import { once } from 'node:events';
import type { Socket } from 'node:net';
import { openBlackHole } from '@ccbot/shared/fixtures/black-hole';
import { answering, openHttp, openHttps, openTcp, type TestServer } from '@ccbot/shared/fixtures/servers';
import { agentFactory as factoryFor } from '@ccbot/shared/net/agents';
import { createBotApi, type AdapterOptions } from './adapter';
import type { BotApi, SendFailure } from './api';
import { createPollCall } from './poll-call';
import { openRoute } from './proxy';

type CreateCall = AdapterOptions['createCall'];

const TOKEN = '123456789:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';
const OK = answering(200, '{"ok":true,"result":{}}', { 'content-type': 'application/json' });

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((server) => server.close()));
});
const open = async <T extends { close(): Promise<void> }>(server: Promise<T>): Promise<T> => {
  opened.push(await server);
  return server;
};

const apiFor = async (apiRoot: string, proxyUrl = '', createCall?: CreateCall): Promise<BotApi> =>
  createBotApi({
    token: TOKEN,
    apiRoot,
    ...(createCall === undefined ? {} : { createCall }),
    ...(await openRoute(apiRoot, { TG_PROXY_URL: proxyUrl, NO_PROXY: '' })),
  });
/** The failure of a call, which must be the same over each client. */
async function failureAt(apiRoot: string, proxyUrl = '', timeoutMs = 5_000): Promise<SendFailure | null> {
  const failures: (SendFailure | null)[] = [];
  for (const createCall of [undefined, createPollCall]) {
    const api = await apiFor(apiRoot, proxyUrl, createCall);
    const result = await api.call('sendMessage', { chat_id: 7 }, { timeoutMs });
    expect(JSON.stringify(result)).not.toContain(TOKEN.split(':')[1]);
    failures.push(result.ok ? null : result.failure);
  }
  const [first = null, ...others] = failures;
  for (const other of others) expect(essenceOf(other)).toEqual(essenceOf(first));
  return first;
}

/** A failure without its words, some of which are the client's. */
function essenceOf(failure: SendFailure | null) {
  if (failure === null) return null;
  const { text: _text, trouble: known, ...rest } = failure;
  return { ...rest, trouble: known && { ...known, reason: undefined } };
}
const plain = ({ port }: TestServer): string => `http://localhost:${port}`;
const secure = ({ port }: TestServer): string => `https://localhost:${port}`;
const trouble = (code: string) => expect.objectContaining({ code }) as unknown;

describe('a message certainly did not arrive', () => {
  const unsent = (code: string) => ({ kind: 'not-delivered', trouble: trouble(code) });

  it('when the certificate is not trusted, or not of this host', async () => {
    expect(await failureAt(secure(await open(openHttps(OK))))).toMatchObject(unsent('TLS_AUTHORITY'));
  });

  it('when the server does not speak TLS', async () => {
    expect(await failureAt(secure(await open(openHttp(OK))))).toMatchObject(unsent('TLS_FAILED'));
  });

  it('when the connection ends within the handshake', async () => {
    const server = await open(openTcp((socket) => socket.once('data', () => socket.destroy())));
    expect(await failureAt(secure(server))).toMatchObject(unsent('NET_BROKEN'));
  });

  it('when the server takes the connection and never answers the handshake', async () => {
    const server = await open(openTcp(() => undefined));
    expect(await failureAt(secure(server), '', 300)).toMatchObject({
      ...unsent('NET_TIMEOUT'),
      text: 'no connection in time',
    });
  });

  it('when nothing answers the packets of the connection', async () => {
    const hole = await open(openBlackHole());
    expect(await failureAt(`http://127.0.0.1:${hole.port}`, '', 300)).toMatchObject(unsent('NET_TIMEOUT'));
  });

  it('when the name is unknown', async () => {
    expect(await failureAt('http://telegram.invalid')).toMatchObject(unsent('NET_DNS'));
  });

  it.each([
    ['407 Proxy Authentication Required', 'PROXY_AUTH'],
    ['403 Forbidden', 'PROXY_DENIED'],
    ['502 Bad Gateway', 'PROXY_DENIED'],
    ['nonsense', 'PROXY_DENIED'],
  ])('when an HTTP proxy answers the request for a tunnel with %s', async (status, code) => {
    const proxy = await open(
      openTcp((socket) => socket.once('data', () => socket.end(`HTTP/1.1 ${status}\r\n\r\n<html>no</html>`))),
    );
    const failure = await failureAt('https://telegram.invalid', plain(proxy));
    expect(failure).toMatchObject(unsent(code));
    expect(failure?.text).toMatch(/it (answers|does not answer)/);
  });

  it('when the proxy is down, ends the connection, or says nothing', async () => {
    const proxy = await openTcp((socket) => socket.once('data', () => socket.end()));
    expect(await failureAt('https://telegram.invalid', plain(proxy))).toMatchObject(
      unsent('PROXY_UNREACHABLE'),
    );
    await proxy.close();
    for (const scheme of ['http', 'socks5'])
      expect(
        await failureAt(
          'https://telegram.invalid',
          `${scheme}h://127.0.0.1:${proxy.port}`.replace('httph', 'http'),
        ),
      ).toMatchObject(unsent('PROXY_UNREACHABLE'));
    const silent = await open(openTcp(() => undefined));
    expect(await failureAt('https://telegram.invalid', plain(silent), 300)).toMatchObject(
      unsent('PROXY_UNREACHABLE'),
    );
  });

  /** A SOCKS 5 proxy (RFC 1928, 1929) that gives this answer to the choice of a method, and this one to the request. */
  const socks = (method: number, reply: number) =>
    openTcp((socket) => {
      socket.once('data', () => {
        socket.write(Buffer.from([5, method]));
        socket.on('data', (bytes: Buffer) =>
          socket.write(
            bytes[0] === 1 ? Buffer.from([1, 1]) : Buffer.from([5, reply, 0, 1, 0, 0, 0, 0, 0, 0]),
          ),
        );
      });
    });

  it('when a SOCKS proxy rejects the password or the connection', async () => {
    const strict = await open(socks(2, 0));
    expect(
      await failureAt('https://telegram.invalid', `socks5h://u:wrong@127.0.0.1:${strict.port}`),
    ).toMatchObject(unsent('PROXY_AUTH'));
    const blocking = await open(socks(0, 2));
    expect(await failureAt('https://telegram.invalid', `socks5h://127.0.0.1:${blocking.port}`)).toMatchObject(
      unsent('PROXY_DENIED'),
    );
  });

  it('when no bot is known under the address, and it is not dropped', async () => {
    const page = { 'content-type': 'text/html' };
    for (const listener of [
      answering(404, '<html>Not Found</html>', page),
      answering(404, '{"ok":false,"error_code":404,"description":"Not Found"}'),
    ])
      expect(await failureAt(plain(await open(openHttp(listener))))).toMatchObject({
        kind: 'refused',
        reason: 'no-bot',
        trouble: trouble('API_PATH'),
      });
  });
});

describe('a file certainly did not arrive', () => {
  const upload = async (apiRoot: string, proxyUrl = ''): Promise<SendFailure | null> => {
    const document = { upload: { path: __filename, name: 'a.txt' } };
    const result = await (await apiFor(apiRoot, proxyUrl)).call('sendDocument', { chat_id: 7, document });
    return result.ok ? null : result.failure;
  };

  it.each([
    ['407 Proxy Authentication Required', 'PROXY_AUTH'],
    ['502 Bad Gateway', 'PROXY_DENIED'],
  ])('when an HTTP proxy answers the request for a tunnel with %s', async (status, code) => {
    const proxy = await open(
      openTcp((socket) => socket.once('data', () => socket.end(`HTTP/1.1 ${status}\r\n\r\n`))),
    );
    expect(await upload('https://telegram.invalid', plain(proxy))).toMatchObject({
      kind: 'not-delivered',
      trouble: trouble(code),
    });
  });

  it('when the certificate is not trusted, the name is unknown, or nothing listens', async () => {
    const server = await openHttps(OK);
    expect(await upload(secure(server))).toMatchObject({
      kind: 'not-delivered',
      trouble: trouble('TLS_AUTHORITY'),
    });
    await server.close();
    expect(await upload(secure(server))).toMatchObject({
      kind: 'not-delivered',
      trouble: trouble('NET_REFUSED'),
    });
    expect(await upload('https://telegram.invalid')).toMatchObject({
      kind: 'not-delivered',
      trouble: trouble('NET_DNS'),
    });
  });
});

describe('a message may have arrived', () => {
  const unsure = (code: string) => ({ kind: 'unknown', trouble: trouble(code) });

  it('when the connection breaks after it, or in the middle of the answer', async () => {
    const breaking = await open(
      openHttp((request) => request.resume().on('end', () => request.socket.destroy())),
    );
    expect(await failureAt(plain(breaking))).toMatchObject(unsure('NET_BROKEN'));
    const half = await open(
      openHttp((request, response) => {
        request.resume().on('end', () => {
          response.writeHead(200, { 'content-type': 'application/json', 'content-length': 100 });
          response.write('{"ok":true,', () => response.destroy());
        });
      }),
    );
    expect(await failureAt(plain(half))).toMatchObject(unsure('NET_BROKEN'));
  });

  it('when an answer is cut off without a word', async () => {
    const cut = await open(openHttp(answering(200, '{"ok":tr', { 'content-type': 'application/json' })));
    expect(await failureAt(plain(cut))).toMatchObject(unsure('NET_BROKEN'));
  });

  it('when a kept connection breaks, on which the message went out', async () => {
    let calls = 0;
    const server = await open(
      openHttp((request, response) => {
        if (calls++ === 0) OK(request, response);
        else request.socket.destroy();
      }),
    );
    const api = await apiFor(plain(server));
    expect(await api.call('getMe', {})).toMatchObject({ ok: true });
    expect(await api.call('sendMessage', {})).toMatchObject({ failure: unsure('NET_BROKEN') });
  });

  it('when nothing answers it in time', async () => {
    const silent = await open(openHttp((request) => void request.resume()));
    expect(await failureAt(plain(silent), '', 300)).toMatchObject({
      ...unsure('NET_TIMEOUT'),
      text: 'connected, but no answer in time',
    });
  });

  it.each([
    ['the login page of a hotel', 200, '<html>Room number?</html>', 'text/html'],
    ['a login page behind a redirect', 302, '', 'text/html'],
    ['a JSON that is not the Bot API’s', 200, 'null', 'application/json'],
    ['nothing at all', 204, '', ''],
  ])('when what answers is %s', async (_what, status, body, type) => {
    const target = await open(
      openHttp(answering(200, '<html>Login</html>', { 'content-type': 'text/html' })),
    );
    const headers = { 'content-type': type, ...(status === 302 ? { location: plain(target) } : {}) };
    const portal = await open(openHttp(answering(status, body, headers)));
    expect((await failureAt(plain(portal)))?.kind).toBe('unknown');
  });

  it('when something answers that does not speak HTTP', async () => {
    const ssh = await open(openTcp((socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n')));
    expect(await failureAt(plain(ssh))).toMatchObject(unsure('API_FOREIGN'));
  });
});

it('keeps a connection through a SOCKS proxy that is quiet for longer than an idle one is kept', async () => {
  const late = await open(openHttp((request, response) => void setTimeout(() => OK(request, response), 900)));
  const proxy = await open(
    openTcp((socket: Socket) => {
      void (async () => {
        await once(socket, 'data');
        socket.write(Buffer.from([5, 0]));
        await once(socket, 'data');
        const { connect } = await import('node:net');
        const to = connect(late.port, '127.0.0.1', () => {
          socket.write(Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]));
          socket.pipe(to).pipe(socket);
        });
        socket.on('close', () => to.destroy());
      })();
    }),
  );
  const makeAgent = await factoryFor({
    url: 'http://telegram.invalid',
    proxyUrl: `socks5h://127.0.0.1:${proxy.port}`,
    pool: { keepAlive: true, timeout: 200 },
  });
  const api = createBotApi({ token: TOKEN, apiRoot: 'http://telegram.invalid', makeAgent });
  expect(await api.call('getUpdates', {})).toMatchObject({ ok: true });
});
