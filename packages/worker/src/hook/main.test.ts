import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  closeSync,
  constants,
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TMUX } from '@ccbot/shared/fixtures/tmux';
import { describeWithPipes } from '@ccbot/shared/fixtures/pipes';
import { until } from '@ccbot/shared/fixtures/until';
import { pathsOf } from '@ccbot/shared/config/paths';
import { listenOnPipe } from '../watch/pipe';
import type { SocketLine } from '../watch/socket';
import { buildHook } from './fixtures/bundle';
import type { MapEntry } from './map';

let dir: string;
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'ccbot-hook-'))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe('the hook as a program', () => {
  let bundle: string;
  beforeAll(async () => {
    bundle = await buildHook();
  });
  afterAll(() => rmSync(join(bundle, '..'), { recursive: true, force: true }));
  const env = (more: Record<string, string> = {}): Record<string, string> => ({
    PATH: '/usr/bin:/bin',
    HOME: dir,
    CCBOT_DIR: join(dir, 'state'),
    ...more,
  });
  const start = {
    hook_event_name: 'SessionStart',
    session_id: 'abc',
    cwd: '/c',
    transcript_path: '/t.jsonl',
  };

  it.each([
    ['nothing', ''],
    ['garbage', '\u0000\u0001{{{'],
    ['half a payload', JSON.stringify(start).slice(0, 30)],
    ['another kind of JSON', '[1,2,3]'],
    ['null', 'null'],
  ])('prints nothing and exits 0 with %s', (_, input) => {
    const done = spawnSync(process.execPath, [bundle], { env: env(), input, encoding: 'utf8' });
    expect([done.status, done.stdout, done.stderr]).toEqual([0, '', '']);
  });

  it('prints nothing and exits 0 when standard input is closed, and with a read-only directory', () => {
    const closed = spawnSync('/bin/sh', ['-c', `"${process.execPath}" "${bundle}" <&-`], {
      env: env(),
      encoding: 'utf8',
    });
    expect([closed.status, closed.stdout, closed.stderr]).toEqual([0, '', '']);
    writeFileSync(join(dir, 'file'), '');
    const bad = spawnSync(process.execPath, [bundle], {
      env: env({ CCBOT_DIR: join(dir, 'file', 'x'), TMUX: '/x,1,0', TMUX_PANE: '%1' }),
      input: JSON.stringify(start),
      encoding: 'utf8',
    });
    expect([bad.status, bad.stdout, bad.stderr]).toEqual([0, '', '']);
  });

  it('reads a far too long payload to its end, so that the agent’s pipe does not break', async () => {
    const child = spawn(process.execPath, [bundle], { env: env(), stdio: ['pipe', 'ignore', 'ignore'] });
    const exited = new Promise((resolve) => child.once('exit', resolve));
    const block = Buffer.alloc(1024 * 1024, 'x');
    const broken: Error[] = [];
    child.stdin.on('error', (error) => broken.push(error));
    for (let i = 0; i < 100; i++) {
      if (!child.stdin.write(block)) await once(child.stdin, 'drain');
    }
    child.stdin.end();
    expect([await exited, broken]).toEqual([0, []]);
  });

  const worker = async (): Promise<{ received: Promise<unknown>; server: Server }> => {
    const { workerSocket } = pathsOf(join(dir, 'state'));
    mkdirSync(join(workerSocket, '..'), { recursive: true, mode: 0o700 });
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(workerSocket, resolve));
    const received = new Promise<unknown>((resolve) =>
      server.on('connection', (socket) => {
        let text = '';
        socket.on('data', (d: Buffer) => (text += d.toString()));
        socket.on('end', () => resolve(JSON.parse(text)));
      }),
    );
    return { received, server };
  };

  it('tells the worker immediately', async () => {
    const { received, server } = await worker();
    const child = spawn(process.execPath, [bundle], {
      env: env({ CCBOT_SESSION: 'mine' }),
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    child.stdin.end(JSON.stringify(start));
    expect(await received).toMatchObject({
      v: 1,
      kind: 'hook',
      ccbotSession: 'mine',
      backend: 'claude',
      payload: start,
    });
    await new Promise((resolve) => server.close(resolve));
  });

  describeWithPipes('with a pipe', () => {
    it('uses it for all that needs no answer, however long', async () => {
      const heard: unknown[] = [];
      const read = (line: SocketLine): boolean => heard.push(line) > 0;
      const { run: runDirectory, workerPipe } = pathsOf(join(dir, 'state'));
      mkdirSync(runDirectory, { recursive: true, mode: 0o700 });
      const pipe = await listenOnPipe(workerPipe, new Map([['hook', read]]), () => undefined);
      const run = async (prompt: string): Promise<void> => {
        const child = spawn(process.execPath, [bundle], { env: env(), stdio: ['pipe', 'ignore', 'ignore'] });
        child.stdin.end(JSON.stringify({ ...start, prompt }));
        await once(child, 'exit');
      };
      await run('short');
      await run('long'.repeat(2_000));
      await until(() => heard.length === 2);
      expect(heard).toMatchObject(
        ['short', 'long'.repeat(2_000)].map((prompt) => ({ kind: 'hook', payload: { prompt } })),
      );
      await pipe.close();
    });
  });

  it.each(['SessionStart', 'PermissionRequest'])(
    'tells %s to nobody with a relative CCBOT_DIR, whose socket would be the repository’s',
    async (event) => {
      const { received, server } = await worker();
      const accepted: unknown[] = [];
      server.on('connection', (socket) => accepted.push(socket));
      const child = spawn(process.execPath, [bundle], {
        env: env({ CCBOT_DIR: 'state' }),
        cwd: dir,
        stdio: ['pipe', 'pipe', 'pipe'],
      });
      let output = '';
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (d: Buffer) => (output += String(d)));
      child.stdin.end(JSON.stringify({ ...start, hook_event_name: event }));
      const [code] = (await once(child, 'close')) as [number];
      expect([code, output]).toEqual([0, '']);
      connect(pathsOf(join(dir, 'state')).workerSocket).end('"mine"');
      expect([await received, accepted.length]).toEqual(['mine', 1]);
      await new Promise((resolve) => server.close(resolve));
    },
  );

  describe('when the directory of the socket is open to others', () => {
    let received: string;
    let server: Server;
    beforeEach(async () => {
      received = '';
      const { workerSocket } = pathsOf(join(dir, 'state'));
      mkdirSync(join(workerSocket, '..'), { recursive: true });
      chmodSync(join(workerSocket, '..'), 0o755);
      server = createServer((socket) => socket.on('data', (d: Buffer) => (received += d.toString())));
      await new Promise<void>((resolve) => server.listen(workerSocket, resolve));
    });
    afterEach(() => new Promise((resolve) => server.close(resolve)));
    const log = (): string => join(dir, 'state/logs/worker.log');
    const runHook = async (event: string): Promise<unknown[]> => {
      const child = spawn(process.execPath, [bundle], { env: env(), stdio: ['pipe', 'pipe', 'pipe'] });
      let output = '';
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (d: Buffer) => (output += d.toString()));
      child.stdin.end(JSON.stringify({ ...start, hook_event_name: event }));
      const [code] = (await once(child, 'close')) as [number];
      return [code, output];
    };

    it.each(['UserPromptSubmit', 'PermissionRequest'])(
      'says nothing of %s to it, and logs why',
      async (event) => {
        mkdirSync(join(dir, 'state/logs'), { mode: 0o700 });
        expect(await runHook(event)).toEqual([0, '']);
        expect(received).toBe('');
        const lines = readFileSync(log(), 'utf8').trimEnd().split('\n');
        expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
          {
            level: 'error',
            program: 'hook',
            reason: expect.stringContaining('open to other users') as string,
          },
        ]);
      },
    );

    it('logs nowhere if the log is a link, or its directory is not ours alone', async () => {
      mkdirSync(join(dir, 'state/logs'), { mode: 0o700 });
      writeFileSync(join(dir, 'precious'), 'as it was');
      symlinkSync(join(dir, 'precious'), log());
      expect(await runHook('UserPromptSubmit')).toEqual([0, '']);
      rmSync(log());
      chmodSync(join(dir, 'state/logs'), 0o777);
      expect(await runHook('UserPromptSubmit')).toEqual([0, '']);
      expect(existsSync(log())).toBe(false);
      expect(readFileSync(join(dir, 'precious'), 'utf8')).toBe('as it was');
    });
  });

  it('reads a long prompt from a non-blocking pipe', async () => {
    const { received, server } = await worker();
    const pipe = join(dir, 'pipe');
    spawnSync('mkfifo', [pipe]);
    const reader = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
    const writer = createWriteStream(pipe);
    await once(writer, 'open'); // without a writer it would read end of file
    spawn(process.execPath, [bundle], { env: env(), stdio: [reader, 'ignore', 'ignore'] });
    closeSync(reader);
    const prompt = 'x'.repeat(4_000_000); // far more than a pipe holds
    writer.end(JSON.stringify({ ...start, hook_event_name: 'UserPromptSubmit', prompt }));
    const line = (await received) as { payload: { prompt: string } };
    expect(line.payload.prompt === prompt).toBe(true);
    await new Promise((resolve) => server.close(resolve));
  });

  it('records the window of a real tmux, and asks tmux only once', () => {
    const socket = `ccbot-hook-${process.pid}`;
    const tmux = (...args: string[]): string =>
      spawnSync(TMUX, ['-L', socket, ...args], {
        encoding: 'utf8',
        env: { PATH: '/usr/bin:/bin' },
      }).stdout.trim();
    try {
      tmux('-f', '/dev/null', 'new-session', '-d', '-s', 'ccbot', '-n', 'one', 'sleep 60');
      const [pane = '', where = ''] = tmux(
        'display-message',
        '-p',
        '-t',
        'ccbot:',
        '#{pane_id} #{socket_path},#{pid},0',
      ).split(' ');
      const run = (session_id: string, path = '/usr/bin:/bin'): void => {
        spawnSync(process.execPath, [bundle], {
          env: env({ CCBOT_TMUX: TMUX, TMUX: where, TMUX_PANE: pane, PATH: path }),
          input: JSON.stringify({ ...start, session_id }),
        });
      };
      const map = (): Record<string, MapEntry> =>
        JSON.parse(readFileSync(join(dir, 'state', 'session_map.json'), 'utf8')) as Record<string, MapEntry>;
      const entry = { session_id: 'gone', pane: '%9', server: where.split(',')[1] };
      mkdirSync(join(dir, 'state'), { recursive: true });
      writeFileSync(join(dir, 'state', 'session_map.json'), JSON.stringify({ 'ccbot:@9': entry }));
      run('first');
      expect(Object.keys(map())).toEqual(['ccbot:@0']); // window @9 no longer exists
      expect(map()).toMatchObject({
        'ccbot:@0': { session_id: 'first', window_name: 'one', transcript_path: '/t.jsonl' },
      });
      run('second', '/nowhere'); // no tmux to ask: the map knows the pane
      expect(map()['ccbot:@0']?.session_id).toBe('second');
    } finally {
      tmux('kill-server');
    }
    expect(existsSync(join(dir, 'state', 'session_map.json'))).toBe(true);
  });
});
