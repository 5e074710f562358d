import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import fc from 'fast-check';
import { listenOnSocket, parseLine, type Peer, type SocketLine, type SocketListener } from './socket';

const line = { v: 1, kind: 'note', text: 'hello' };

describe('a line', () => {
  it('is refused when it is garbage, of another version, or incomplete', () => {
    fc.assert(fc.property(fc.string(), (text) => expect(parseLine(text)).toBeNull()));
    expect(parseLine(JSON.stringify({ ...line, v: 2 }))).toBeNull();
    expect(parseLine(JSON.stringify(line).slice(0, -3))).toBeNull();
    expect(parseLine('null')).toBeNull();
  });
});

describe('the worker’s socket', () => {
  let dir: string;
  let path: string;
  let listener: SocketListener | undefined;
  let events: SocketLine[];
  let heard: () => void;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'ccbot-socket-'));
    path = join(dir, 'w.sock');
    events = [];
    heard = () => undefined;
  });
  afterEach(async () => {
    await listener?.close();
    rmSync(dir, { recursive: true, force: true });
  });
  const listen = async (take: (peer: Peer) => void = () => undefined): Promise<SocketListener> =>
    (listener = await listenOnSocket(
      path,
      new Map([
        [
          'note',
          (line: SocketLine, peer: Peer) => {
            events.push(line);
            heard();
            take(peer);
            return line['text'] !== 'no';
          },
        ],
      ]),
      () => undefined,
    ));
  const until = async (count: number): Promise<void> => {
    while (events.length < count) await new Promise<void>((resolve) => (heard = resolve));
  };
  const open = (): Promise<Socket> =>
    new Promise((resolve, reject) => {
      const socket = connect(path, () => resolve(socket));
      socket.once('error', reject);
    });

  it('is for this user only', async () => {
    await listen();
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('takes lines in pieces, and several at once', async () => {
    await listen();
    const socket = await open();
    const text = `${JSON.stringify(line)}\n`;
    socket.write(text.slice(0, 20));
    socket.write(text.slice(20) + text);
    await until(2);
    expect(events).toHaveLength(2);
    socket.destroy();
  });

  it('closes a connection that sends something else, and continues to listen', async () => {
    await listen();
    const socket = await open();
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.write('GET / HTTP/1.1\r\n\r\n');
    await closed;
    (await open()).end(`${JSON.stringify(line)}\n`);
    await until(1);
  });

  it('continues when a handler fails', async () => {
    await listen(() => {
      throw new Error('disk full');
    });
    const socket = await open();
    socket.write(`${JSON.stringify(line)}\n`);
    await until(1);
    socket.end(`${JSON.stringify(line)}\n`);
    await until(2);
  });

  it('closes on a kind without a handler, and on a line that its handler refuses', async () => {
    await listen();
    for (const bad of [
      { ...line, kind: 'other' },
      { ...line, text: 'no' },
    ]) {
      const socket = await open();
      const closed = once(socket, 'close');
      socket.write(`${JSON.stringify(bad)}\n`);
      await closed;
    }
  });

  it('answers on the same connection, even much later', async () => {
    const waiting: Peer[] = [];
    await listen((peer) => {
      peer.hold();
      waiting.push(peer);
    });
    const socket = await open();
    socket.write(`${JSON.stringify(line)}\n`);
    await until(1);
    const answered = once(createInterface(socket), 'line');
    waiting[0]?.reply({ answer: 'yes' });
    expect(await answered).toEqual(['{"answer":"yes"}']);
    const closed = once(socket, 'close');
    waiting[0]?.end();
    await closed;
    waiting[0]?.reply({ answer: 'too late' });
  });

  it('reports that the other end of a held connection is gone', async () => {
    let gone: Promise<void> | undefined;
    let kept: Peer | undefined;
    await listen((peer) => {
      peer.hold();
      kept = peer;
      gone = new Promise((resolve) => peer.onGone(resolve));
    });
    const socket = await open();
    socket.write(`${JSON.stringify(line)}\n`);
    await until(1);
    socket.destroy();
    await gone;
    await new Promise<void>((resolve) => kept?.onGone(resolve));
  });

  it('closes on a line that never ends', async () => {
    await listen();
    const socket = await open();
    socket.on('error', () => undefined); // closed while it was written to
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.write(Buffer.alloc(9 * 1024 * 1024, 'x'));
    await closed;
    expect(events).toEqual([]);
  });

  it('replaces the socket of a dead worker, and refuses one that is in use', async () => {
    writeFileSync(path, '');
    await listen();
    await expect(listenOnSocket(path, new Map(), () => undefined)).rejects.toMatchObject({
      fault: { code: 'SOCKET_FAILED' },
    });
  });
});
