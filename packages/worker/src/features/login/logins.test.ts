import type { Database } from '../../store/database';
import { openSqlite } from '../../store/sqlite';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { claudeLogin } from '../../agents/claude/login';
import { codexLogin } from '../../agents/codex/login';
import type { NewView } from '../../outbox/model';
import { runOnPty, type PtyProgram } from '../../terminal/pty/program';
import type { Language } from '../../words/language';
import { createSettings } from '../../store/settings';
import { migrate } from '../../store/migrations';
import { wordsIn } from '../../words/words';
import { createLogins, LOGIN_PATIENCE_MS, type Logins } from './logins';
import type { LoginPrograms } from './program';
import { createLoginStore, type LoginStore } from './store';
import type { LoginTarget } from './target';

const CHAT = 7;
const PROGRAM = join(__dirname, 'fixtures/login-program.mjs');
const DEVICE_PROGRAM = join(__dirname, 'fixtures/device-program.mjs');
/** As the login program says it. */
const EXPIRES_AT = Date.parse('2027-03-04T05:06:07Z');
const LINK = 'https://claude.ai/oauth/authorize?code=true&state=fixture';

let db: Database;
let store: LoginStore;
let logins: Logins;
let language: Language;
let shown: NewView[];
let deleted: number[];
/** The sessions whose agent was logged in. */
let loggedIn: string[];
let programs: PtyProgram[];
let ends: Promise<void>[];
let now: number;
let wake: () => void;

beforeEach(() => {
  db = openSqlite(':memory:');
  migrate(db);
  store = createLoginStore(createSettings({ db }), () => undefined);
  language = 'en';
  shown = [];
  deleted = [];
  loggedIn = [];
  programs = [];
  ends = [];
  now = 1_000;
  wake = () => undefined;
  logins = make();
});
afterEach(async () => {
  logins.stop();
  for (const program of programs) program.kill();
  await Promise.all(ends);
  db.close();
});

function make(): Logins {
  const made = createLogins({
    world: { now: () => now, log: () => undefined },
    people: { wordsOf: () => wordsIn(language), nameOf: (chatId) => `N${chatId}` },
    outbox: {
      put(queued) {
        shown.push(queued);
        wake();
      },
    },
    programs: loginPrograms(),
    store,
    events: {
      codeReceived: (_, message) => void deleted.push(message),
      loggedIn(_, { session = '' }) {
        loggedIn.push(session);
        wake();
      },
    },
  });
  made.start();
  return made;
}

function loginPrograms(): LoginPrograms {
  return {
    async start(options) {
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
  };
}

const target = (more: Partial<LoginTarget> = {}): LoginTarget => ({
  agent: 'claude',
  title: 'Claude Code',
  login: claudeLogin,
  command: [process.execPath, PROGRAM],
  session: 's1',
  ...more,
});
const texts = (): string[] => shown.map(({ view }) => view.parts.map((part) => part.text).join('\n'));

/** Resolves with the first message that contains a text, as soon as it is queued. */
async function message(text: string): Promise<string> {
  for (;;) {
    const found = texts().find((candidate) => candidate.includes(text));
    if (found !== undefined) return found;
    await new Promise<void>((resolve) => (wake = resolve));
  }
}

describe('a login from the phone', () => {
  it('sends the link, takes the code, deletes its message, says when the login expires, and returns to the session', async () => {
    await logins.begin(CHAT, target());
    expect(await message(LINK)).toContain('next message');
    expect(logins.awaitsCode(CHAT)).toBe(true);
    logins.takeCode(CHAT, 55, ' good#code\n');
    expect(deleted).toEqual([55]);
    expect(await message('is logged in')).toContain(`expires ${wordsIn('en').moments.when(EXPIRES_AT, now)}`);
    while (loggedIn.length === 0) await new Promise<void>((resolve) => (wake = resolve));
    expect(loggedIn).toEqual(['s1']);
    expect(logins.awaitsCode(CHAT)).toBe(false);
    expect(new Set(shown.map(({ key }) => key)).size).toBe(1);
    expect(texts().join('\n')).not.toContain('good#code');
  });

  it.each([
    ['ru', 'истекает '],
    ['zh', '将于'],
  ] as const)('says in %s when it expires', async (chosen, before) => {
    language = chosen;
    await logins.begin(CHAT, target());
    await message(LINK);
    logins.takeCode(CHAT, 55, 'good#code');
    expect(await message(before)).toContain(`${before}${wordsIn(chosen).moments.when(EXPIRES_AT, now)}`);
  });

  it('says why a code was rejected, and takes another one when the program asks again', async () => {
    await logins.begin(CHAT, target());
    await message(LINK);
    logins.takeCode(CHAT, 1, 'half');
    expect(await message('did not accept the code')).toContain('including the # in the middle');
    expect(logins.awaitsCode(CHAT)).toBe(true);
    logins.takeCode(CHAT, 2, 'wrong#code');
    expect(await message('failed')).toContain("Couldn't log in: the code is not valid");
    expect(logins.awaitsCode(CHAT)).toBe(false);
    expect(shown.at(-1)?.view.parts[0]?.buttons?.flat()[0]?.data).toBe('login:s1');
  });

  it('does not treat a sentence as a code, and passes it to nobody', async () => {
    await logins.begin(CHAT, target());
    await message(LINK);
    logins.takeCode(CHAT, 9, 'please fix the build');
    await message('does not look like a login code');
    expect(deleted).toEqual([]);
    expect(logins.awaitsCode(CHAT)).toBe(true);
  });

  it('ends when another user starts a login of the same agent', async () => {
    await logins.begin(CHAT, target());
    await message(LINK);
    await logins.begin(CHAT + 1, target());
    expect(await message('started a new login')).toContain(`N${CHAT + 1}`);
    const ownMessages = shown.filter(({ chatId }) => chatId === CHAT);
    expect(ownMessages.at(-1)?.view.parts.flatMap((part) => part.buttons ?? [])).toEqual([]);
    await ends[0];
  });

  it('does not use a code that comes after a restart, and keeps it from the agent', async () => {
    await logins.begin(CHAT, target());
    await message(LINK);
    logins.stop();
    logins = make();
    expect(logins.awaitsCode(CHAT)).toBe(true);
    logins.takeCode(CHAT, 12, 'good#code');
    await message('did not use the code');
    expect(deleted).toEqual([12]);
    expect(logins.awaitsCode(CHAT)).toBe(false);
  });

  it('ends when it is cancelled, and when another one starts', async () => {
    await logins.begin(CHAT, target());
    await message(LINK);
    logins.cancel(CHAT);
    await message('cancelled');
    await ends[0];
    expect(logins.awaitsCode(CHAT)).toBe(false);
    await logins.begin(CHAT, target());
    now++;
    await logins.begin(CHAT, target());
    await ends[1];
    expect(ends).toHaveLength(3);
  });

  it('stops waiting for a code that does not come in time', async () => {
    await logins.begin(CHAT, target());
    await message(LINK);
    now += LOGIN_PATIENCE_MS;
    expect(logins.awaitsCode(CHAT)).toBe(false);
  });

  it('says why when the program cannot be run', async () => {
    await logins.begin(CHAT, target({ command: [process.execPath, join(__dirname, 'no-such-program.mjs')] }));
    expect(await message('failed')).not.toContain('undefined');
  });
});

describe('a login with a code that the user enters at its page', () => {
  const device = (...how: string[]) =>
    target({
      ...{ agent: 'codex', title: 'Codex', login: codexLogin },
      command: [process.execPath, DEVICE_PROGRAM, ...how],
    });
  const buttons = () =>
    shown
      .at(-1)
      ?.view.parts[0]?.buttons?.flat()
      .map((b) => b.data);

  it('sends link and code, treats no message as a code, and returns to the session when it is done', async () => {
    await logins.begin(CHAT, device('good'));
    const offer = await message('https://auth.openai.com/codex/device');
    expect(offer).toContain('ABCD-12345');
    expect(logins.awaitsCode(CHAT)).toBe(false);
    expect(store.open()).toMatchObject([{ chatId: CHAT, title: 'Codex', session: 's1' }]);
    programs[0]?.write('entered\r');
    await message('is logged in');
    while (loggedIn.length === 0) await new Promise<void>((resolve) => (wake = resolve));
    expect(loggedIn).toEqual(['s1']);
    expect(store.open()).toEqual([]);
    expect(new Set(shown.map(({ key }) => key)).size).toBe(1);
  });

  it('quotes the last output of a program that fails, and offers another try', async () => {
    await logins.begin(CHAT, device('late'));
    await message('ABCD-12345');
    programs[0]?.write('entered\r');
    expect(await message('failed')).toContain('device auth timed out');
    expect(buttons()).toEqual(['login:s1']);
    await logins.begin(CHAT, device('off'));
    expect(await message('is not enabled')).toContain('Error logging in');
    expect(loggedIn).toEqual([]);
  });

  it('says once after a restart that it is over, on its own message', async () => {
    await logins.begin(CHAT, device('good'));
    await message('ABCD-12345');
    logins.stop();
    await ends[0];
    logins = make();
    await message('because ccbot restarted');
    expect(buttons()).toEqual(['login:s1']);
    const before = shown.length;
    logins.stop();
    logins = make();
    expect(shown).toHaveLength(before);
    expect(new Set(shown.map(({ key }) => key)).size).toBe(1);
  });

  it('is known to discard a login that works, and no other', async () => {
    expect(await logins.discardsWorkingLogin(device('good'))).toBe(true);
    expect(await logins.discardsWorkingLogin(device('nobody'))).toBe(false);
    expect(await logins.discardsWorkingLogin(target())).toBe(false); // this agent keeps the old one until the new one is there
  });
});
