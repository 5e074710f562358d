import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { claudeLogin } from '../../agents/claude/login';
import { codexLogin } from '../../agents/codex/login';
import type { QueuedView } from '../../outbox/model';
import { runOnPty, type PtyProgram } from '../../terminal/pty/program';
import { createLogins, LOGIN_PATIENCE_MS, type Logins, type LoginTarget } from './logins';
import type { OpenLogin } from './view';
import { wordsIn } from '../../words/words';

const CHAT = 7;
const PROGRAM = join(__dirname, 'fixtures/login-program.mjs');
const DEVICE_PROGRAM = join(__dirname, 'fixtures/device-program.mjs');
const LINK = 'https://claude.ai/oauth/authorize?code=true&state=fixture';

let logins: Logins;
let wanted: QueuedView[];
let erased: number[];
let back: string[];
let pending: number | undefined;
let open: Map<number, OpenLogin>;
let programs: PtyProgram[];
let ends: Promise<void>[];
let now: number;
let wake: () => void;

beforeEach(() => {
  open = new Map();
  [wanted, erased, back, pending, programs, ends, now] = [[], [], [], undefined, [], [], 1_000];
  wake = () => undefined;
  logins = make();
});
afterEach(async () => {
  logins.stop();
  for (const program of programs) program.kill();
  await Promise.all(ends);
});

function make(): Logins {
  return createLogins({
    wordsOf: () => wordsIn('en'),
    async run(options) {
      let ended = (): void => undefined;
      ends.push(new Promise((resolve) => (ended = resolve)));
      const program = runOnPty({
        ...options,
        cwd: __dirname,
        env: { PATH: process.env['PATH'], TMUX: '/tmp/tmux-0/default,1,0', TMUX_PANE: '%1' },
        onExit(status) {
          ended();
          options.onExit(status);
        },
      });
      programs.push(program);
      return program;
    },
    async output([program = '', ...args]) {
      return promisify(execFile)(program, args).then(
        ({ stdout }) => stdout,
        () => null,
      );
    },
    pending: {
      get: () => pending,
      set: (_, since) => (pending = since),
    },
    open: {
      all: () => [...open.values()],
      set: (chat, login) => void (login === undefined ? open.delete(chat) : open.set(chat, login)),
    },
    put(wish) {
      wanted.push(wish);
      wake();
    },
    erase: (_, message) => erased.push(message),
    nameOf: (chatId) => `N${chatId}`,
    onDone(_, { session = '' }) {
      back.push(session);
      wake();
    },
    now: () => now,
    log: () => undefined,
  });
}

const target = (more: Partial<LoginTarget> = {}): LoginTarget => ({
  agent: 'claude',
  title: 'Claude Code',
  login: claudeLogin,
  command: [process.execPath, PROGRAM],
  session: 's1',
  ...more,
});
const texts = (): string[] => wanted.map((wish) => wish.view.parts.map((part) => part.text).join('\n'));

/** Resolves with the first message that holds a text, as soon as it is wished for. */
async function said(text: string): Promise<string> {
  for (;;) {
    const found = texts().find((one) => one.includes(text));
    if (found !== undefined) return found;
    await new Promise<void>((resolve) => (wake = resolve));
  }
}

describe('a login from the phone', () => {
  it('sends the link, takes the code, deletes its message, tells the deadline, and goes back to the session', async () => {
    await logins.begin(CHAT, target());
    expect(await said(LINK)).toContain('next message');
    expect(logins.waits(CHAT)).toBe(true);
    logins.code(CHAT, 55, ' good#code\n');
    expect(erased).toEqual([55]);
    expect(await said('is logged in')).toContain('until 2027-03-04 05:06 UTC');
    while (back.length === 0) await new Promise<void>((resolve) => (wake = resolve));
    expect(back).toEqual(['s1']);
    expect(logins.waits(CHAT)).toBe(false);
    expect(new Set(wanted.map((wish) => wish.key)).size).toBe(1);
    expect(texts().join('\n')).not.toContain('good#code');
  });

  it('says why the code was not taken, and takes another one when the program asks again', async () => {
    await logins.begin(CHAT, target());
    await said(LINK);
    logins.code(CHAT, 1, 'half');
    expect(await said('did not take the code')).toContain('including the # in the middle');
    expect(logins.waits(CHAT)).toBe(true);
    logins.code(CHAT, 2, 'wrong#code');
    expect(await said('failed')).toContain("Couldn't log in: the code is not valid");
    expect(logins.waits(CHAT)).toBe(false);
    expect(wanted.at(-1)?.view.parts[0]?.buttons?.flat()[0]?.data).toBe('login:s1');
  });

  it('does not take a sentence for a code, nor give it to anybody', async () => {
    await logins.begin(CHAT, target());
    await said(LINK);
    logins.code(CHAT, 9, 'please fix the build');
    await said('that is none');
    expect(erased).toEqual([]);
    expect(logins.waits(CHAT)).toBe(true);
  });

  it('is ended when another person begins it for the same agent, who may wait for nobody', async () => {
    await logins.begin(CHAT, target());
    await said(LINK);
    await logins.begin(CHAT + 1, target());
    expect(await said('goes on in the chat of')).toContain(`N${CHAT + 1}`);
    const mine = wanted.filter(({ chatId }) => chatId === CHAT);
    expect(mine.at(-1)?.view.parts.flatMap((part) => part.buttons ?? [])).toEqual([]);
    await ends[0];
  });

  it('gives a code that comes after a restart to nobody, least of all to an agent', async () => {
    await logins.begin(CHAT, target());
    await said(LINK);
    logins.stop();
    logins = make();
    expect(logins.waits(CHAT)).toBe(true);
    logins.code(CHAT, 12, 'good#code');
    await said('gave the code to nobody');
    expect(erased).toEqual([12]);
    expect(logins.waits(CHAT)).toBe(false);
  });

  it('ends when it is cancelled, and when another one is begun', async () => {
    await logins.begin(CHAT, target());
    await said(LINK);
    logins.cancel(CHAT);
    await said('was cancelled');
    await ends[0];
    expect(logins.waits(CHAT)).toBe(false);
    await logins.begin(CHAT, target());
    now++;
    await logins.begin(CHAT, target());
    await ends[1];
    expect(ends).toHaveLength(3);
  });

  it('no longer waits for a code that did not come in time', async () => {
    await logins.begin(CHAT, target());
    await said(LINK);
    now += LOGIN_PATIENCE_MS;
    expect(logins.waits(CHAT)).toBe(false);
  });

  it('says why when the program cannot be run', async () => {
    await logins.begin(CHAT, target({ command: [process.execPath, join(__dirname, 'no-such-program.mjs')] }));
    expect(await said('failed')).not.toContain('undefined');
  });
});

describe('a login by a code that is entered at its page', () => {
  const device = (...how: string[]) =>
    target({
      ...{ agent: 'codex', title: 'Codex', login: codexLogin },
      command: [process.execPath, DEVICE_PROGRAM, ...how],
    });
  const buttons = () =>
    wanted
      .at(-1)
      ?.view.parts[0]?.buttons?.flat()
      .map((b) => b.data);

  it('sends link and code, takes no message for a code, and goes back to the session when it is done', async () => {
    await logins.begin(CHAT, device('good'));
    const asked = await said('https://auth.openai.com/codex/device');
    expect(asked).toContain('ABCD-12345');
    expect(logins.waits(CHAT)).toBe(false);
    expect(open.get(CHAT)).toMatchObject({ title: 'Codex', session: 's1' });
    programs[0]?.write('entered\r');
    await said('is logged in');
    while (back.length === 0) await new Promise<void>((resolve) => (wake = resolve));
    expect(back).toEqual(['s1']);
    expect(open.size).toBe(0);
    expect(new Set(wanted.map((wish) => wish.key)).size).toBe(1);
  });

  it('says why it failed, in the program’s own last words, and offers another try', async () => {
    await logins.begin(CHAT, device('late'));
    await said('ABCD-12345');
    programs[0]?.write('entered\r');
    expect(await said('failed')).toContain('device auth timed out');
    expect(buttons()).toEqual(['login:s1']);
    await logins.begin(CHAT, device('off'));
    expect(await said('is not enabled')).toContain('Error logging in');
    expect(back).toEqual([]);
  });

  it('tells after a restart that it is over, once, on its own message', async () => {
    await logins.begin(CHAT, device('good'));
    await said('ABCD-12345');
    logins.stop();
    await ends[0];
    logins = make();
    await said('as ccbot was restarted');
    expect(buttons()).toEqual(['login:s1']);
    const told = wanted.length;
    logins.stop();
    logins = make();
    expect(wanted).toHaveLength(told);
    expect(new Set(wanted.map((wish) => wish.key)).size).toBe(1);
  });

  it('is known to throw away a login that works, and no other', async () => {
    expect(await logins.discards(device('good'))).toBe(true);
    expect(await logins.discards(device('nobody'))).toBe(false);
    expect(await logins.discards(target())).toBe(false); // this agent keeps the old one until the new one is there
  });
});
