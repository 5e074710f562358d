import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { openHttps, openTcp, type TestServer } from '@ccbot/shared/fixtures/servers';
import { agentFactory } from '@ccbot/shared/net/agents';
import { openRig, want, type Rig } from './fixtures/rig';

const opened: TestServer[] = [];
let rig: Rig;
afterEach(async () => {
  await rig.close();
  await Promise.all(opened.splice(0).map((server) => server.close()));
});

/** An outbox that reaches its server over TLS and a proxy, which does `fail` with its first connections. */
async function openBehindProxy(times: number, fail: (socket: Socket) => void): Promise<Rig> {
  return openRig({
    async route({ apiRoot }) {
      const secure = await openHttps((req, res) => {
        const onward = request(apiRoot + (req.url ?? ''), { method: req.method, headers: req.headers });
        onward.on('response', (answer) => {
          res.writeHead(answer.statusCode ?? 0, answer.headers);
          answer.pipe(res);
        });
        req.pipe(onward);
      });
      let left = times;
      const proxy = await openTcp((socket) => {
        socket.once('data', () => {
          if (left-- > 0) return fail(socket);
          const to = connect(secure.port, '127.0.0.1', () => {
            socket.write('HTTP/1.1 200 OK\r\n\r\n');
            socket.pipe(to).pipe(socket);
          });
          to.on('error', () => socket.destroy());
        });
      });
      opened.push(secure, proxy);
      const way = { apiRoot: 'https://localhost', proxyUrl: `http://127.0.0.1:${proxy.port}` };
      const make = await agentFactory({ url: way.apiRoot, proxyUrl: way.proxyUrl });
      // The requests get the options of their agent.
      return { ...way, makeAgent: () => Object.assign(make(), { options: { ca: secure.cert } }) };
    },
  });
}

it.each<[string, (socket: Socket) => void]>([
  ['a proxy refuses the tunnel', (socket) => socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n<html>')],
  ['a proxy wants a password', (socket) => socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n')],
  ['a proxy ends the connection', (socket) => socket.end()],
  ['a proxy resets the connection', (socket) => socket.resetAndDestroy()],
  [
    'the tunnel breaks within the TLS handshake',
    (socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      socket.once('data', () => socket.destroy());
    },
  ],
  [
    'what is at the end of the tunnel does not speak TLS',
    (socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      socket.once('data', () => socket.end('SSH-2.0-OpenSSH_9.2\r\n'));
    },
  ],
])('sends an answer again without a mark when %s', async (_what, fail) => {
  rig = await openBehindProxy(2, fail);
  rig.outbox.put(want('answer', 'answer', 'said once'));
  await rig.flush();
  expect(rig.texts()).toEqual(['said once']);
  expect(rig.logged.filter((line) => line.includes('telegram call failed'))).toHaveLength(2);
});

it('keeps an answer, and sends it without a mark, while the API root leads nowhere', async () => {
  rig = await openRig();
  rig.telegram.fault({
    method: 'sendMessage',
    kind: 'refused',
    status: 404,
    description: 'Not Found',
    times: 1,
  });
  rig.outbox.put(want('answer', 'answer', 'not dropped'));
  rig.outbox.start();
  await rig.telegram.waitFor(() => rig.calls('sendMessage') === 1);
  await rig.restart();
  await rig.flush();
  expect(rig.texts()).toEqual(['not dropped']);
});
