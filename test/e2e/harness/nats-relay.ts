import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A relay on loopback before a NATS server, which says that the server is another than it is. */
export interface NatsRelay {
  url: string;
  /** What the server says of itself from the next connection on, beside what is true. */
  pretend(info: Record<string, unknown>): void;
  close(): Promise<void>;
}

/** Opens a relay to the server at `port`. Of what goes through it, only the server's first line is changed. */
export async function openNatsRelay(port: number, info: Record<string, unknown>): Promise<NatsRelay> {
  let pretended = info;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1');
    for (const [end, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(end);
      end.on('error', () => other.destroy());
      end.on('close', () => {
        sockets.delete(end);
        other.destroy();
      });
    }
    client.pipe(upstream);
    let head = Buffer.alloc(0);
    const read = (bytes: Buffer): void => {
      head = Buffer.concat([head, bytes]);
      const end = head.indexOf('\r\n');
      if (end < 0) return;
      upstream.off('data', read);
      const said = JSON.parse(head.subarray('INFO '.length, end).toString()) as Record<string, unknown>;
      client.write(`INFO ${JSON.stringify({ ...said, ...pretended })}`);
      client.write(head.subarray(end));
      upstream.pipe(client);
    };
    upstream.on('data', read);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `nats://127.0.0.1:${(server.address() as AddressInfo).port}`,
    pretend(next) {
      pretended = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
