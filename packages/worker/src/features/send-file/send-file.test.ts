import { chmodSync, mkdirSync, readdirSync, rmSync, symlinkSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { png } from '@ccbot/sandbox/telegram/fixtures/client';
import { relayDirectories } from '@ccbot/shared/config/sockets';
import { KernelUnderTest } from '../../fixtures/kernel';
import { sendCommand, type SendCommand, type SendWorld } from './command';
import { outboxKey } from '../../outbox/keys';

let w: KernelUnderTest;
beforeEach(async () => {
  w = new KernelUnderTest();
  await w.open();
});
afterEach(() => w.close());

interface Ran {
  code: number;
  out: string;
  err: string;
}

/** Runs `ccbot send-file` as an agent in the session would. */
async function run(
  paths: string[],
  more: Partial<SendCommand> = {},
  world: Partial<SendWorld> = {},
): Promise<Ran> {
  const ran = { code: -1, out: '', err: '' };
  ran.code = await sendCommand(
    { paths, chats: [], asFiles: false, json: false, ...more },
    {
      env: { CCBOT_DIR: w.paths.dir, CCBOT_SESSION: w.session },
      home: '/nowhere',
      cwd: w.project,
      out: { write: (text) => (ran.out += text) },
      err: { write: (text) => (ran.err += text) },
      times: { connectMs: 300, answerMs: 20_000 },
      ...world,
    },
  );
  return ran;
}
const write = (name: string, content: string | Buffer = 'text'): string => {
  writeFileSync(join(w.project, name), content);
  return name;
};
const files = () => w.telegram.owner.fromBot().filter((m) => m.media !== undefined);

describe('ccbot send-file', () => {
  it('sends a file with its caption to the chat of the session, and says so', async () => {
    await w.opened();
    const ran = await run([write('report.txt', 'all is well')], { caption: 'the report' });
    expect(ran).toMatchObject({ code: 0, err: '' });
    expect(ran.out).toBe(`ok     ${join(w.project, 'report.txt')}: sent to chat 7\n`);
    expect(files()).toMatchObject([{ text: '📎 demo\nthe report', media: { kind: 'document' } }]);
    expect(files()[0]?.media?.file.bytes.toString()).toBe('all is well');
    expect(readdirSync(w.paths.outbox)).toEqual([]);
  });

  it('sends pictures as an album of photos and the rest as files, and reports each', async () => {
    await w.opened();
    const ran = await run(
      [write('a.png', png(9, 9)), write('b.png', png(9, 9)), write('c.txt'), write('d.txt'), 'none'],
      { json: true, caption: 'five' },
    );
    const report = JSON.parse(ran.out) as {
      exit: number;
      results: { path: string; state: string; why?: string }[];
    };
    expect(ran.code).toBe(1);
    expect(report.exit).toBe(1);
    expect(report.results.filter((r) => r.state === 'sent')).toHaveLength(4);
    expect(report.results.find((r) => r.state === 'failed')).toMatchObject({ why: 'there is no such file' });
    expect(files().map((m) => [m.media?.kind, m.text])).toEqual([
      ['photo', '📎 demo\nfive'],
      ['photo', ''],
      ['document', ''],
      ['document', ''],
    ]);
    expect(new Set(files().map((m) => m.mediaGroupId)).size).toBe(2);
  });

  it('sends pictures unscaled when asked to', async () => {
    await w.opened();
    expect((await run([write('a.png', png(9, 9))], { asFiles: true })).code).toBe(0);
    expect(files()[0]?.media?.kind).toBe('document');
  });

  it('sends a picture that Telegram does not show as a file', async () => {
    await w.opened();
    const ran = await run([write('strip.png', png(9_950, 100))]);
    expect(ran.code).toBe(0);
    expect(files()[0]?.media?.kind).toBe('document');
  });

  it.each([
    [
      'a file from another place',
      { paths: ['/etc/passwd'] },
      /FAILED \/etc\/passwd: not sent to chat 7: it is outside/,
    ],
    [
      'the chat of somebody who may not use the bot',
      { chats: [8] },
      /FAILED .*: 8 is not the chat of a user in ALLOWED_USERS/,
    ],
  ])('refuses %s', async (_, { paths, chats }: { paths?: string[]; chats?: number[] }, words) => {
    await w.opened();
    const ran = await run(paths ?? [write('a.txt')], { chats: chats ?? [] });
    expect(ran.code).toBe(1);
    expect(ran.out).toMatch(words);
    expect(w.telegram.stranger.fromBot()).toEqual([]);
    expect(files()).toEqual([]);
  });

  it('refuses a request from outside of a session', async () => {
    for (const session of [undefined, 'nobody']) {
      const ran = await run(
        [write('a.txt')],
        {},
        { env: { CCBOT_DIR: w.paths.dir, CCBOT_SESSION: session } },
      );
      expect(ran).toMatchObject({ code: 1, out: expect.stringContaining('not a session of ccbot') });
    }
  });

  it('says that ccbot is not running, and sends nothing later', async () => {
    await w.opened();
    await w.stop();
    const ran = await run([write('a.txt')]);
    expect(ran).toMatchObject({ code: 75, out: '', err: expect.stringContaining('nothing was sent') });
    await w.start();
    expect(files()).toEqual([]);
  });

  it('says to look in the chat when Telegram does not answer in time, and sends the file later', async () => {
    await w.opened();
    await w.until(() => w.rooms.outbox.depth() === 0);
    w.telegram.fault({ method: 'sendDocument', kind: '429', retryAfter: 3_600, times: 1 });
    const going = run([write('a.txt')], {}, { times: { connectMs: 5_000, answerMs: 1_000 } });
    expect(await going).toMatchObject({ code: 1, err: expect.stringContaining('look in the chat') });
    expect(w.rooms.outbox.depth()).toBe(1);
  });
});

describe('from a sandbox without sockets', () => {
  // A socket that nothing can connect to, as when sockets are forbidden.
  const forbiddenSocket = (): string => join(w.paths.run, 'x'.repeat(200));

  it.each<[string, (relay: string) => void]>([
    ['is open to others', (relay) => mkdirSync(relay, { mode: 0o755 })],
    ['is a link', (relay) => symlinkSync(w.paths.run, relay)],
    [
      'is in a directory that others can change',
      (relay) => {
        mkdirSync(relay, { mode: 0o700 });
        chmodSync(join(relay, '..'), 0o777);
      },
    ],
  ])('leaves nothing in a directory that %s', async (_what, make) => {
    const { askWorker } = await import('./request');
    mkdirSync(join(w.dir, 'around'), { mode: 0o711 });
    const relay = join(w.dir, 'around', 'relay');
    make(relay);
    const request = { v: 1 as const, kind: 'send-file' as const, id: 'r', paths: ['/x'] };
    const seen: string[] = [];
    const spy = watch(relay, (_event, name) => seen.push(name ?? ''));
    const where = { socket: forbiddenSocket(), relays: [relay] };
    const asked = await askWorker(request, where, { connectMs: 200, answerMs: 5_000 });
    spy.close();
    expect(asked).toEqual({ ok: false, why: 'no-worker' });
    expect(seen.filter((name) => name.includes('request'))).toEqual([]);
  });

  it('says what is wrong, and sends nothing, when the socket is open to others', async () => {
    chmodSync(w.paths.workerSocket, 0o666);
    const done = await run([write('a.txt')], {}, { times: { connectMs: 300, answerMs: 200 } });
    expect(done.code).not.toBe(0);
    expect(done.err).toContain('is open to other users');
    expect(w.rooms.outbox.depth()).toBe(0);
  });

  it.each([0, 1])('leaves the request as a file, in directory %i', async (n) => {
    await w.opened();
    const dirs = relayDirectories(w.paths.dir);
    const { askWorker } = await import('./request');
    const request = {
      v: 1 as const,
      kind: 'send-file' as const,
      id: 'request-1',
      session: w.session,
      paths: [join(w.project, write('a.txt'))],
    };
    const socket = forbiddenSocket();
    const asked = await askWorker(
      request,
      { socket, relays: [dirs[n] ?? ''] },
      { connectMs: 5_000, answerMs: 20_000 },
    );
    expect(asked).toMatchObject({ ok: true, results: [{ state: 'sent' }] });
    expect(files()).toHaveLength(1);
    for (const dir of dirs) expect(readdirSync(dir)).toEqual([]);
  });

  it('removes its request when nobody takes it', async () => {
    const { askWorker } = await import('./request');
    const relay = join(w.dir, 'relay');
    mkdirSync(relay, { mode: 0o700 });
    const request = { v: 1 as const, kind: 'send-file' as const, id: 'r', paths: ['/x'] };
    const where = { socket: forbiddenSocket(), relays: ['/nowhere', relay] };
    expect(await askWorker(request, where, { connectMs: 200, answerMs: 5_000 })).toEqual({
      ok: false,
      why: 'no-worker',
    });
    expect(readdirSync(relay)).toEqual([]);
  });

  it('skips garbage in the directory', async () => {
    await w.opened();
    const [dir] = relayDirectories(w.paths.dir);
    writeFileSync(join(dir, 'bad.request'), '{"v":1');
    writeFileSync(join(dir, 'other.txt'), 'x');
    await w.eventually(() => !readdirSync(dir).includes('bad.request'));
    rmSync(join(dir, 'other.txt'));
    expect((await run([write('a.txt')])).code).toBe(0);
  });
});

describe('a file that may hold credentials', () => {
  const ask = async (): Promise<Ran> => {
    await w.opened();
    return run([write('.env', 'KEY=value')]);
  };

  it('is sent only when the user agrees, and the agent is told that it waits', async () => {
    const ran = await ask();
    expect(ran.code).toBe(3);
    expect(ran.out).toMatch(/^held .*\.env: held to chat 7: .*the user is asked first/);
    await w.until(() => w.said('may hold credentials')[0]);
    expect(files()).toEqual([]);
    expect(readdirSync(w.paths.outbox)).toEqual([]); // no copy is kept meanwhile
    w.telegram.owner.tap('Send it');
    await w.until(() => files()[0]);
    expect(files()[0]?.media?.file.bytes.toString()).toBe('KEY=value');
    await w.until(() => w.said('Sending .env')[0]);
  });

  it('is not sent when the user declines, or when it has changed since', async () => {
    await ask();
    await w.until(() => w.said('may hold credentials')[0]);
    w.telegram.owner.tap('Don’t send');
    await w.until(() => w.said('was not sent')[0]);
    await run([write('.env', 'one')]);
    await w.until(() => w.said('may hold credentials')[0]);
    write('.env', 'two');
    w.telegram.owner.tap('Send it');
    await w.until(() => w.said('has changed since')[0]);
    expect(files()).toEqual([]);
  });
});

describe('an answer with a table', () => {
  const table = '| a | b |\n|---|---|\n| 1 < 2 | `x < y` |';

  it('is a rich message if the server supports them, and text with entities otherwise', async () => {
    await w.ready();
    w.write(w.prompted('compare'), w.answered(`So:\n${table}`), w.turnOver());
    const message = await w.until(() => w.said('So:')[0]);
    expect(message.rich).toBe(true);
    expect(message.text).toContain('So:\n\n| a | b |\n|---|---|\n| 1 &lt; 2 | `x < y` |');
    w.telegram.state.absent.add('sendRichMessage');
    w.write(w.prompted('again'), w.answered(`Then:\n${table}`), w.turnOver());
    const next = await w.until(() => w.said('Then:')[0]);
    expect(next.rich).toBe(undefined);
    expect(next.entities.map((e) => e.type)).toContain('pre');
  });
});

describe('text that looks like a credential', () => {
  const key = `ghp_${'a1B2c3D4'.repeat(5)}`;

  it('is masked in an answer, shown to the user who asks, and masked again', async () => {
    await w.ready();
    w.write(w.prompted('the key?'), w.answered(`It is **${key}**.`), w.turnOver());
    await w.until(() => w.said('It is ghp_••••••.')[0]);
    expect(JSON.stringify(w.telegram.owner.fromBot())).not.toContain(key);
    w.telegram.owner.tap('👁 Show hidden text');
    await w.until(() => w.said(`It is ${key}.`)[0]);
    w.telegram.owner.tap('🙈 Hide it again');
    await w.until(() => w.said('It is ghp_••••••.')[0]);
    expect(
      w.telegram.calls.filter(
        (c) => c.method === 'sendMessage' && String(c.params['text']).includes('It is'),
      ),
    ).toHaveLength(1);
  });

  it('is masked in a file made from an answer, and shown in it when the user asks', async () => {
    await w.ready();
    const code = Array.from({ length: 70 }, (_, i) => (i === 60 ? `export TOKEN=${key}` : `echo ${i}`)).join(
      '\n',
    );
    w.write(w.prompted('a script?'), w.answered(`Here:\n\n\`\`\`sh\n${code}\n\`\`\``), w.turnOver());
    await w.until(() => files()[0]);
    const script = (): string => files()[0]?.media?.file.bytes.toString() ?? '';
    expect(files()[0]?.media?.file.name).toBe('code-1.sh');
    expect(script()).toContain('export TOKEN=ghp_••••••\n');
    w.telegram.owner.tap('👁 Show hidden text');
    await w.until(() => script().includes(key));
    expect(script()).toBe(`${code}\n`);
    expect(files()).toHaveLength(1);
  });

  it('is not shown by an old button, a forged one, or that of another chat', async () => {
    await w.opened();
    w.kernel.tellAll(outboxKey('k'), () => `the key is ${key}`);
    const message = await w.until(() => w.said('the key is')[0]);
    const data = message.keyboard[0]?.[0]?.callback_data ?? '';
    w.store.db.prepare('UPDATE veiled SET chat = 8').run();
    w.telegram.owner.tap(data);
    await w.until(() =>
      [...w.telegram.state.queries.values()].some((q) => q.answered?.includes('no longer valid')),
    );
    expect(w.said(key)).toEqual([]);
  });
});
