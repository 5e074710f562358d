import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathsOf } from '@ccbot/shared/config/paths';
import { buildHook } from './fixtures/bundle';

let dir: string;
let bundle: string;
let worker: Worker | undefined;
let hooks: ChildProcessWithoutNullStreams[];
beforeAll(async () => {
  bundle = await buildHook();
});
afterAll(() => rmSync(join(bundle, '..'), { recursive: true, force: true }));
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ccbot-ask-'));
  hooks = [];
});
afterEach(async () => {
  for (const hook of hooks) if (hook.exitCode === null && hook.signalCode === null) hook.kill('SIGKILL');
  await worker?.die();
  worker = undefined;
  rmSync(dir, { recursive: true, force: true });
});

/** The worker's end of the socket. */
class Worker {
  private readonly sockets: Socket[] = [];
  private readonly waiting: ((line: Record<string, unknown>) => void)[] = [];
  private readonly came: Record<string, unknown>[] = [];
  constructor(private readonly server: Server) {
    server.on('connection', (socket) => {
      this.sockets.push(socket);
      socket.on('error', () => undefined);
      const lines = createInterface({ input: socket });
      lines.on('error', () => undefined); // a hook that is killed breaks its connection
      lines.on('line', (text) => {
        const line = JSON.parse(text) as Record<string, unknown>;
        const next = this.waiting.shift();
        if (next === undefined) this.came.push(line);
        else next(line);
      });
    });
  }
  line(): Promise<Record<string, unknown>> {
    const came = this.came.shift();
    if (came !== undefined) return Promise.resolve(came);
    return new Promise((resolve) => this.waiting.push(resolve));
  }
  /** Writes to the newest connection. */
  say(line: Record<string, unknown> | string): void {
    this.sockets.at(-1)?.write(typeof line === 'string' ? line : `${JSON.stringify({ v: 1, ...line })}\n`);
  }
  closed(): Promise<unknown> {
    const socket = this.sockets.at(-1);
    if (socket === undefined || socket.destroyed) return Promise.resolve();
    return new Promise((resolve) => socket.once('close', resolve));
  }
  /** Breaks every connection, as a killed worker does. */
  async die(): Promise<void> {
    if (!this.server.listening) return;
    const over = new Promise((resolve) => this.server.close(resolve));
    for (const socket of this.sockets) socket.destroy();
    await over;
  }
}

async function startWorker(): Promise<Worker> {
  const { workerSocket } = pathsOf(join(dir, 'state'));
  mkdirSync(join(workerSocket, '..'), { recursive: true, mode: 0o700 });
  if (existsSync(workerSocket)) rmSync(workerSocket);
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(workerSocket, resolve));
  return (worker = new Worker(server));
}

const payload = {
  hook_event_name: 'PermissionRequest',
  session_id: 'abc',
  tool_name: 'Bash',
  tool_input: { command: 'ls' },
};

/** Starts the hook as an agent does. `ended` resolves with its exit code, output and errors. */
function startHook(): {
  child: ChildProcessWithoutNullStreams;
  ended: Promise<[number | null, string, string]>;
} {
  const child = spawn(process.execPath, [bundle], {
    env: { PATH: '/usr/bin:/bin', HOME: dir, CCBOT_DIR: join(dir, 'state'), CCBOT_SESSION: 'mine' },
  });
  hooks.push(child);
  child.stdin.end(JSON.stringify(payload));
  let [out, err] = ['', ''];
  child.stdout.on('data', (d: Buffer) => (out += d.toString()));
  child.stderr.on('data', (d: Buffer) => (err += d.toString()));
  return { child, ended: once(child, 'close').then(([code]) => [code as number | null, out, err]) };
}

const DECISION = '{"hookSpecificOutput":{"decision":{"behavior":"allow"}}}';

describe('a hook that asks the user', () => {
  it('prints the worker’s answer, confirms it, and exits 0', async () => {
    const { line, say } = bound(await startWorker());
    const hook = startHook();
    const asked = await line();
    expect(asked).toMatchObject({ v: 1, kind: 'ask', ccbotSession: 'mine', backend: 'claude', payload });
    say({ kind: 'waiting' });
    say({ kind: 'answer', out: DECISION });
    expect(await line()).toEqual({ v: 1, kind: 'taken', request: asked['request'] });
    expect(await hook.ended).toEqual([0, DECISION, '']);
  });

  it('prints nothing when the dialog was answered elsewhere', async () => {
    const { line, say } = bound(await startWorker());
    const hook = startHook();
    await line();
    say({ kind: 'waiting' });
    say({ kind: 'answer', out: '' });
    expect(await hook.ended).toEqual([0, '', '']);
  });

  it.each([
    ['there is no worker', () => Promise.resolve()],
    [
      'the socket is a dead one',
      async () => {
        const { server, path } = await deadSocket();
        server.kill('SIGKILL');
        await once(server, 'exit');
        expect(existsSync(path)).toBe(true);
      },
    ],
  ])('prints nothing and exits 0 immediately when %s', async (_, prepare) => {
    await prepare();
    expect(await startHook().ended).toEqual([0, '', '']);
  });

  it('prints nothing and exits 0 immediately when the worker does not understand it', async () => {
    const old = await startWorker();
    const hook = startHook();
    await old.line();
    await old.die();
    expect(await hook.ended).toEqual([0, '', '']);
  });

  it('prints nothing when the worker reads the request and says nothing', async () => {
    const { line } = bound(await startWorker());
    const hook = startHook();
    await line();
    expect(await hook.ended).toEqual([0, '', '']);
  });

  it('ignores garbage', async () => {
    const { line, say } = bound(await startWorker());
    const hook = startHook();
    await line();
    for (const text of [
      '\n',
      'null\n',
      '{"v":2,"kind":"answer","out":"x"}\n',
      '{"v":1,"kind":"answer"}\n',
      '{"v":',
    ])
      say(text);
    say('1,"kind":"waiting"}\n');
    say({ kind: 'answer', out: DECISION });
    expect(await hook.ended).toEqual([0, DECISION, '']);
  });

  it('sends the same request again to a worker that was killed and restarted', async () => {
    const first = await startWorker();
    const hook = startHook();
    const asked = await first.line();
    first.say({ kind: 'waiting' });
    await first.die();
    const second = await startWorker();
    expect(await second.line()).toEqual(asked);
    second.say({ kind: 'waiting' });
    second.say({ kind: 'answer', out: DECISION });
    expect(await hook.ended).toEqual([0, DECISION, '']);
  });

  it('exits with its agent’s signal, and the worker sees the connection close', async () => {
    const { line, say, closed } = bound(await startWorker());
    const hook = startHook();
    await line();
    say({ kind: 'waiting' });
    const gone = closed();
    hook.child.kill('SIGTERM');
    await gone;
    expect((await hook.ended)[1]).toBe('');
  });

  it('prints a complete answer of several megabytes', async () => {
    const { line, say } = bound(await startWorker());
    const hook = startHook();
    await line();
    say({ kind: 'waiting' });
    const out = JSON.stringify({ text: 'x'.repeat(3_000_000) });
    say({ kind: 'answer', out });
    const [code, printed] = await hook.ended;
    expect([code, printed === out]).toEqual([0, true]);
  });
});

/** A process that listens on the worker's socket. When it is killed, its socket stays behind. */
async function deadSocket(): Promise<{ server: ReturnType<typeof spawn>; path: string }> {
  const { workerSocket } = pathsOf(join(dir, 'state'));
  mkdirSync(join(workerSocket, '..'), { recursive: true, mode: 0o700 });
  const code = `require('net').createServer().listen(${JSON.stringify(workerSocket)}, () => console.log('up'))`;
  const server = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'ignore'] });
  await once(server.stdout, 'data');
  return { server, path: workerSocket };
}

const bound = (of: Worker) => ({
  line: () => of.line(),
  say: (line: Record<string, unknown> | string) => of.say(line),
  closed: () => of.closed(),
});
