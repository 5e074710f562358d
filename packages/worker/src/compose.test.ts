import { appendFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '@ccbot/shared/config/load';
import { ensureDirectories, type Paths } from '@ccbot/shared/config/paths';
import { createLog } from '@ccbot/shared/log/logger';
import { startTelegram, type Sandbox } from '@ccbot/sandbox/telegram/server';
import { compose, type Stations } from './compose';
import { openStore, type Store } from './store/open';
import { createPrompts } from './store/prompts';
import { createBotApi } from './telegram/adapter';
import { createPoll, type Poll } from './telegram/poll';
import { agentFactory } from './telegram/proxy';
import { createPanesRecorder, type PanesRecorder } from './terminal/recorder';

const TOKEN = '123456789:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';
const RULE = '─'.repeat(60);
const READY = ['Claude Code', '', RULE, '❯ ', RULE, '  hint'];
const DIALOG = [RULE, ' Do you trust it?', ' ❯ 1. Yes', '   2. No', ' Enter to confirm'];

let dir: string;
let project: string;
let transcript: string;
let paths: Paths;
let telegram: Sandbox;
let panes: PanesRecorder;
let store: Store;
let stations: Stations;
let poll: Poll;

async function start(): Promise<void> {
  const loaded = loadConfig({
    cwd: dir,
    home: dir,
    env: {
      TELEGRAM_BOT_TOKEN: TOKEN,
      ALLOWED_USERS: '7',
      CCBOT_DIR: join(dir, 'state'),
      TELEGRAM_API_ROOT: telegram.apiRoot,
      CLAUDE_COMMAND: process.execPath,
      CARD_EDIT_LAG: '0',
    },
  });
  if (!loaded.ok) throw new Error(loaded.faults.map((f) => f.what).join());
  paths = loaded.paths;
  ensureDirectories(paths);
  store = openStore(paths.db, Date.now);
  const makeAgent = await agentFactory(telegram.apiRoot, '');
  const api = createBotApi({ token: TOKEN, apiRoot: telegram.apiRoot, makeAgent });
  stations = compose({
    config: loaded.config,
    paths,
    store,
    api,
    panes,
    instance: String(Math.random()),
    env: { PATH: '/usr/bin:/bin' },
    home: dir,
    cwd: project,
    botUsername: 'test_bot',
    now: Date.now,
    chance: () => 0,
    health: () => [],
    log: createLog({ level: 'error' }),
  });
  await stations.start();
  poll = createPoll({
    api: createBotApi({ token: TOKEN, apiRoot: telegram.apiRoot, makeAgent }),
    updates: stations.updates,
    envFile: '',
    now: Date.now,
    monotonicMs: () => performance.now(),
    chance: () => 0,
    log: () => undefined,
  });
  stations.journal.wake();
  poll.start((event) => {
    if (event.type === 'stored') stations.journal.wake();
  });
}

async function stop(): Promise<void> {
  await poll.stop();
  await stations.stop();
  await stations.outbox.stop();
  store.close();
}

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'ccbot-compose-'));
  project = join(dir, 'project');
  mkdirSync(project);
  transcript = join(dir, 'transcript.jsonl');
  const person = (id: number) => ({ id, is_bot: false, first_name: 'P' });
  telegram = await startTelegram({ token: TOKEN, owner: person(7), stranger: person(8) });
  panes = createPanesRecorder();
  await start();
});
afterEach(async () => {
  await stop();
  await telegram.close();
  rmSync(dir, { recursive: true, force: true });
});

const said = (text: string) => telegram.owner.fromBot().filter((m) => m.text.includes(text));
const until = <T>(look: () => T | null | undefined | false): Promise<T> => telegram.waitFor(look, 8_000);
/** Resolves when something that the chat does not show has come about; looks again at each change of the sandbox and of the event loop. */
async function eventually(look: () => boolean): Promise<void> {
  for (const since = performance.now(); !look();) {
    if (performance.now() - since > 8_000) throw new Error('it has not come about');
    await new Promise((resolve) => setImmediate(resolve));
  }
}
const sessionId = (): string => panes.opened.at(-1)?.session ?? '';
const texts = (): string[] =>
  panes.typed.map(({ keys }) => keys.map((k) => ('text' in k ? k.text : '')).join(''));

/** An agent's records, as Claude Code writes them. */
let count = 0;
const record = (body: Record<string, unknown>): string =>
  `${JSON.stringify({ uuid: `u${++count}`, timestamp: new Date().toISOString(), isSidechain: false, ...body })}\n`;
const prompted = (text: string): string => record({ type: 'user', message: { role: 'user', content: text } });
const answered = (text: string): string =>
  record({
    type: 'assistant',
    message: { id: `m${count}`, role: 'assistant', content: [{ type: 'text', text }] },
  });
const turnOver = (): string => record({ type: 'system', subtype: 'turn_duration', durationMs: 1 });
const write = (...lines: string[]): void => appendFileSync(transcript, lines.join(''));

/** What the agent's hook tells the worker. */
async function hook(name: string, more: Record<string, unknown> = {}, session = sessionId()): Promise<void> {
  const payload = {
    hook_event_name: name,
    session_id: 'agent-session',
    transcript_path: transcript,
    cwd: project,
    ...more,
  };
  const line = { v: 1, kind: 'hook', at: Date.now(), backend: 'claude', ccbotSession: session, payload };
  await new Promise<void>((resolve, reject) => {
    const socket = connect(paths.workerSocket);
    socket.on('error', reject);
    socket.on('close', () => resolve());
    socket.end(`${JSON.stringify(line)}\n`);
  });
}

/** A session whose agent waits for text and whose transcript is followed. */
async function ready(): Promise<void> {
  telegram.owner.say('/new demo');
  await eventually(() => panes.opened.length > 0);
  await eventually(() => panes.isWatched(sessionId()));
  panes.show(sessionId(), READY);
  await hook('SessionStart', { source: 'startup' });
  await eventually(() => stations.registry.get(sessionId())?.phase === 'ready');
}

describe('a new session', () => {
  it('opens one window in the directory, with what an agent may know and without the token', async () => {
    await ready();
    expect(panes.opened).toHaveLength(1);
    const [request] = panes.opened;
    expect(request).toMatchObject({ name: 'demo', cwd: project, argv: [process.execPath] });
    expect(request?.env).toMatchObject({
      CCBOT_INTERFACE: 'telegram',
      CCBOT_BOT_USERNAME: 'test_bot',
      CCBOT_SESSION: sessionId(),
    });
    expect(JSON.stringify(request)).not.toContain(TOKEN);
  });

  it('lets the first messages wait until the agent is ready, then types each once and in order', async () => {
    telegram.owner.say('/new demo');
    telegram.owner.say('first');
    telegram.owner.say('second');
    await until(() => said('still starting')[0]);
    expect(texts()).toEqual([]);
    panes.show(sessionId(), READY);
    await eventually(() => panes.typed.length === 2);
    expect(texts()).toEqual(['first', 'second']);
  });

  it('opens no second window when its message is handled again after a crash', async () => {
    telegram.owner.say('/new demo');
    await eventually(() => panes.opened.length === 1);
    await stations.journal.drained();
    store.db
      .prepare("UPDATE updates SET state = 'new', body = ?")
      .run(JSON.stringify({ update_id: 1, message: telegram.state.show(telegram.owner.chat()[0] as never) }));
    const { id } = store.db.prepare<[], { id: number }>('SELECT id FROM updates').get() ?? { id: 0 };
    store.db
      .prepare('UPDATE updates SET body = ?')
      .run(
        JSON.stringify({ update_id: id, message: telegram.state.show(telegram.owner.chat()[0] as never) }),
      );
    await stations.journal.drained();
    expect(panes.opened).toHaveLength(1);
  });
});

describe('a turn', () => {
  it('is shown live and then whole, with the sound of a new message, and confirmed on the person’s message', async () => {
    await ready();
    const id = telegram.owner.say('do it');
    await eventually(() => texts().includes('do it'));
    write(prompted('do it'), answered('working on it'));
    const live = await until(() => said('working on it').find((m) => m.keyboard.length > 0));
    expect(live.replyTo).toBe(id);
    await until(() => telegram.owner.chat().find((m) => m.id === id)?.reaction === '👌');
    write(answered('the answer'), turnOver());
    const finished = await until(() => said('the answer').find((m) => m.id !== live.id));
    await until(() => !telegram.owner.fromBot().some((m) => m.id === live.id));
    expect(finished.silent).toBe(false);
    expect(said('the answer')).toHaveLength(1);
  });

  it('is told to its end, once, when the worker was away for a part of it', async () => {
    await ready();
    write(prompted('long work'), answered('first half'));
    await until(() => said('first half')[0]);
    await stop();
    write(answered('second half'), turnOver());
    await start();
    await until(() => said('second half')[0]);
    await stations.outbox.flush(5_000);
    expect(said('second half')).toHaveLength(1);
    expect(said('first half')).toHaveLength(1);
    await stop();
    await start();
    await stations.outbox.flush(5_000);
    expect(said('second half')).toHaveLength(1);
  });

  it('goes on in the new session’s transcript after /clear', async () => {
    await ready();
    const old = transcript;
    transcript = join(dir, 'after-clear.jsonl');
    await hook('SessionStart', { source: 'clear', session_id: 'another' });
    await eventually(() => stations.registry.get(sessionId())?.binding?.sessionId === 'another');
    appendFileSync(old, prompted('old') + answered('from the old session') + turnOver());
    write(prompted('new'), answered('from the new session'), turnOver());
    await until(() => said('from the new session')[0]);
    expect(said('from the old session')).toEqual([]);
  });

  it('heals a missed SessionStart with the next prompt', async () => {
    telegram.owner.say('/new demo');
    await eventually(() => panes.opened.length > 0);
    await eventually(() => panes.isWatched(sessionId()));
    panes.show(sessionId(), READY);
    await hook('UserPromptSubmit', { prompt: 'typed at the desk' });
    write(prompted('typed at the desk'), answered('seen all the same'), turnOver());
    await until(() => said('seen all the same')[0]);
  });

  it('is not taken over by an agent that runs in another window already', async () => {
    await ready();
    const first = sessionId();
    telegram.owner.say('/new other');
    await eventually(() => panes.opened.length === 2);
    await hook('SessionStart', {}, sessionId());
    await hook('Notification', {}, first);
    expect(stations.registry.get(sessionId())?.binding).toBeUndefined();
    expect(stations.registry.get(first)?.binding?.sessionId).toBe('agent-session');
  });

  it('loses no line when the disk is full while it is told', async () => {
    await ready();
    const pages = Number(store.db.pragma('page_count', { simple: true }));
    store.db.pragma(`max_page_count = ${pages}`);
    write(prompted('more'), answered('a'.repeat(9_000)), answered('kept'), turnOver());
    await stations.follower.caughtUp();
    store.db.pragma('max_page_count = 1000000');
    await until(() => said('kept')[0]);
    expect(said('kept')).toHaveLength(1);
  }, 15_000);
});

describe('a message that was being typed when ccbot was killed', () => {
  async function interrupted(): Promise<number> {
    await ready();
    await stop();
    const again = openStore(paths.db, Date.now);
    const prompts = createPrompts(again);
    prompts.add({ id: 4242, session: sessionId(), chatId: 7, messageId: 1, text: 'half typed' }, 0);
    prompts.mark(4242, 'typing', 0);
    again.close();
    return panes.typed.length;
  }

  it('is neither typed again nor asked about when the transcript shows it', async () => {
    const before = await interrupted();
    write(prompted('half typed'));
    await start();
    await eventually(() => createPrompts(store).get(4242)?.state === 'confirmed');
    expect(panes.typed).toHaveLength(before);
    expect(said('may or may not have arrived')).toEqual([]);
  });

  it('is asked about when nothing shows it, and typed once when the person says so', async () => {
    const before = await interrupted();
    await start();
    await until(() => said('may or may not have arrived')[0]);
    expect(panes.typed).toHaveLength(before);
    telegram.owner.tap('Send again');
    telegram.owner.tap('Send again');
    await eventually(() => texts().includes('half typed'));
    await stations.journal.drained();
    await stations.settled();
    expect(texts().filter((t) => t === 'half typed')).toHaveLength(1);
    await until(() => said('may or may not have arrived').length === 0);
  });

  it('is forgotten when the person drops it', async () => {
    await interrupted();
    await start();
    await until(() => said('may or may not have arrived')[0]);
    telegram.owner.tap('Drop');
    await eventually(() => createPrompts(store).get(4242)?.state === 'dropped');
    expect(texts()).not.toContain('half typed');
  });
});

describe('a dialog on the screen', () => {
  it('holds text back, can be answered with keys, and then lets the text go', async () => {
    await ready();
    panes.show(sessionId(), DIALOG);
    telegram.owner.say('not into the dialog');
    await until(() => said('shows a dialog')[0]);
    await until(() => said('Do you trust it?')[0]);
    telegram.owner.tap('⏎ Enter');
    await eventually(() =>
      panes.typed.some(({ keys }) => keys.some((k) => k.kind === 'key' && k.key === 'Enter')),
    );
    expect(texts()).not.toContain('not into the dialog');
    panes.show(sessionId(), READY);
    await eventually(() => texts().includes('not into the dialog'));
    await until(() => said('Do you trust it?').length === 0);
  });
});

describe('the end of a session', () => {
  it('is told with the exit code and the last words when its program ends', async () => {
    await ready();
    panes.show(sessionId(), ['Traceback: out of cheese']);
    panes.die(sessionId(), 3);
    const told = await until(() => said('out of cheese')[0]);
    expect(told.text).toContain('exit code 3');
    expect(stations.registry.live()).toEqual([]);
  });

  it('is told when its window is closed at the desk', async () => {
    await ready();
    panes.closeAtDesk(sessionId());
    await until(() => said('was closed')[0]);
  });

  it('comes only after a second tap when the person ends it', async () => {
    await ready();
    telegram.owner.say('/kill');
    await until(() => said('End demo?')[0]);
    expect(panes.closed).toEqual([]);
    telegram.owner.tap('End it');
    await until(() => said('was ended')[0]);
    await eventually(() => panes.closed.length === 1);
    expect(said('was closed')).toEqual([]);
  });

  it('is told once for all sessions that are gone with the terminal server', async () => {
    await ready();
    telegram.owner.say('/new other');
    await eventually(() => panes.opened.length === 2);
    panes.goDown('kill-server');
    panes.comeUp();
    const told = await until(() => said('Gone while ccbot was away')[0]);
    expect(told.text).toContain('demo');
    expect(told.text).toContain('other');
    expect(said('Gone while ccbot was away')).toHaveLength(1);
  });

  it('lets a button of it say that it is no longer valid', async () => {
    await ready();
    telegram.owner.say('/screen');
    await until(() => telegram.owner.fromBot().find((m) => m.keyboard.length > 0));
    const data = `key:${sessionId()}:Up`;
    const [message] = telegram.owner
      .fromBot()
      .filter((m) => m.keyboard.flat().some((b) => b.callback_data === data));
    panes.closeAtDesk(sessionId());
    await until(() => said('was closed')[0]);
    if (message !== undefined) message.deleted = false;
    const query = telegram.owner.tap(data);
    await until(() => telegram.state.queries.get(query)?.answered?.includes('no longer valid'));
  });
});

describe('whoever is not allowed', () => {
  it('gets no call of the bot at all', async () => {
    telegram.stranger.say('/new');
    telegram.owner.say('/help');
    await until(() => said('types what you write')[0]);
    expect(telegram.calls.filter((c) => c.params['chat_id'] === 8)).toEqual([]);
    expect(panes.opened).toEqual([]);
  });
});

describe('/sessions', () => {
  it('has words for an empty list, and a button for each session', async () => {
    telegram.owner.say('/sessions');
    await until(() => said('No session is running')[0]);
    await ready();
    telegram.owner.say('/new other');
    await eventually(() => panes.opened.length === 2);
    telegram.owner.say('/sessions');
    await until(() => said('Your sessions')[0]);
    const [first] = panes.opened;
    telegram.owner.tap(`go:${first?.session}`);
    await until(() => said('You are writing to demo')[0]);
    telegram.owner.say('to the first');
    await eventually(() => panes.typed.some((t) => t.session === first?.session));
  });
});
