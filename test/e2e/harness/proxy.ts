import { createServer as createHttpServer, request, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { selfSigned } from '@ccbot/shared/fixtures/certificate';

/** A proxy on loopback that forwards every host to one server. */
export interface ForwardProxy {
  /** For `TG_PROXY_URL`. */
  url: string;
  /** The certificate that its clients must trust, PEM; empty without TLS. */
  cert: string;
  /** The requested hosts. */
  hosts: ReadonlySet<string>;
  close(): Promise<void>;
}

/** Opens a proxy that forwards to `port`. */
export async function openForwardProxy(
  kind: 'http' | 'https' | 'socks5',
  port: number,
): Promise<ForwardProxy> {
  const hosts = new Set<string>();
  const sockets = new Set<Socket>();
  const join = (socket: Socket, then: (to: Socket) => void): void => {
    const to = connect(port, '127.0.0.1', () => then(to));
    for (const [end, other] of [
      [socket, to],
      [to, socket],
    ] as const) {
      end.on('error', () => other.destroy());
      end.on('close', () => other.destroy());
    }
  };
  const forward: RequestListener = (req, res) => {
    const { host, pathname, search } = new URL(req.url ?? '');
    hosts.add(host);
    const onward = request({ port, path: pathname + search, method: req.method, headers: req.headers });
    onward.on('response', (answer) => {
      res.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(res);
    });
    onward.on('error', () => res.destroy());
    res.on('close', () => onward.destroy());
    req.pipe(onward);
  };
  const tls = kind === 'https' ? selfSigned() : { cert: '', key: '' };
  let server: Server;
  if (kind === 'socks5') {
    server = createServer((socket) => {
      socket.on('error', () => socket.destroy());
      // RFC 1928 without authentication, with a domain name (type 3).
      socket.once('data', () => {
        socket.write(Buffer.from([5, 0]));
        socket.once('data', (bytes) => {
          hosts.add(bytes.subarray(5, 5 + (bytes[4] ?? 0)).toString());
          join(socket, (to) => {
            socket.write(Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]));
            socket.pipe(to).pipe(socket);
          });
        });
      });
    });
  } else {
    server = kind === 'https' ? createHttpsServer(tls, forward) : createHttpServer(forward);
  }
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `${kind === 'socks5' ? 'socks5h' : kind}://localhost:${(server.address() as AddressInfo).port}`,
    cert: tls.cert,
    hosts,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
