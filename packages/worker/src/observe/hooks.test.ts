import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { listenForHooks, parseHookLine, type HookEvent, type HookListener } from './hooks';

const line = {
  v: 1,
  kind: 'hook',
  at: 5,
  backend: 'claude',
  pane: '%3',
  payload: {
    hook_event_name: 'SessionStart',
    session_id: 's',
    transcript_path: '/t',
    cwd: '/c',
    source: 'clear',
  },
};

describe('a hook’s line', () => {
  it('is read with what is known of it', () => {
    expect(parseHookLine(JSON.stringify(line))).toEqual({
      at: 5,
      backend: 'claude',
      pane: '%3',
      name: 'SessionStart',
      sessionId: 's',
      transcriptPath: '/t',
      cwd: '/c',
      source: 'clear',
    });
  });

  it('is nothing when it is garbage, of another version, or half', () => {
    fc.assert(fc.property(fc.string(), (text) => expect(parseHookLine(text)).toBeNull()));
    expect(parseHookLine(JSON.stringify({ ...line, v: 2 }))).toBeNull();
    expect(parseHookLine(JSON.stringify(line).slice(0, -3))).toBeNull();
    expect(parseHookLine('null')).toBeNull();
  });
});

describe('the worker’s socket', () => {
  let dir: string;
  let path: string;
  let listener: HookListener | undefined;
  let events: HookEvent[];
  let heard: () => void;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'ccbot-hooks-'));
    path = join(dir, 'w.sock');
    events = [];
    heard = () => undefined;
  });
  afterEach(async () => {
    await listener?.close();
    rmSync(dir, { recursive: true, force: true });
  });
  const listen = async (take: () => void = () => undefined): Promise<HookListener> =>
    (listener = await listenForHooks(
      path,
      (event) => {
        events.push(event);
        heard();
        take();
      },
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

  it('hears lines that come in pieces, and several at once', async () => {
    await listen();
    const socket = await open();
    const text = `${JSON.stringify(line)}\n`;
    socket.write(text.slice(0, 20));
    socket.write(text.slice(20) + text);
    await until(2);
    expect(events).toHaveLength(2);
    socket.destroy();
  });

  it('closes on a stranger who sends something else, and goes on listening', async () => {
    await listen();
    const socket = await open();
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.write('GET / HTTP/1.1\r\n\r\n');
    await closed;
    (await open()).end(`${JSON.stringify(line)}\n`);
    await until(1);
  });

  it('goes on when what was told cannot be taken', async () => {
    await listen(() => {
      throw new Error('disk full');
    });
    const socket = await open();
    socket.write(`${JSON.stringify(line)}\n`);
    await until(1);
    socket.end(`${JSON.stringify(line)}\n`);
    await until(2);
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

  it('takes the place of a dead worker’s socket, and refuses beside a living one', async () => {
    writeFileSync(path, '');
    await listen();
    await expect(
      listenForHooks(
        path,
        () => undefined,
        () => undefined,
      ),
    ).rejects.toMatchObject({
      fault: { code: 'SOCKET_FAILED' },
    });
  });
});
