import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { loadConfig } from '@ccbot/shared/config/load';
import { openStore } from '../../store/open';
import { createSessionStore } from '../../sessions/store';
import { createSettings } from '../../store/settings';
import type { Session } from '../../sessions/model';
import { importCommand } from './command';

const NOW = 1_700_000_000_000;
const TOKEN = '123456789:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';
let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ccbot-import-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const inDir = (name: string, content: unknown): void =>
  writeFileSync(join(dir, name), typeof content === 'string' ? content : JSON.stringify(content));

/** The state as the Python ccbot writes it, with one session of each kind. */
function oldState(): void {
  const session = (id: string, state: string, more: object = {}): [string, object] => [
    id,
    {
      ...{ id, name: `name ${id}`, window_id: '', workdir: `/srv/${id}`, goal: '', state },
      ...{ claude_session_id: `agent-${id}`, created_at: 1_000, last_event_at: 2_000, archived_at: 3_000 },
      ...{ message_count: 4, was_lost: false, backend: 'claude', from_a_later_version: [1] },
      ...more,
    },
  ];
  inDir('state.json', {
    sessions: Object.fromEntries([
      session('aaaa0001', 'completed'),
      session('aaaa0002', 'archived', { backend: 'codex' }),
      session('aaaa0003', 'active', { archived_at: 0 }),
      session('aaaa0004', 'archived', { claude_session_id: '' }),
      session('aaaa0005', 'archived', { backend: 'gemini' }),
      session('aaaa0006', 'archived'),
      ['aaaa0007', 'no session at all'],
    ]),
    active_sessions: { '8': 'aaaa0003', x: 'y' },
    user_settings: {
      '7': {
        language: 'ru',
        live_lag: 4,
        session_idle_hours: 6,
        bg_notify_finished: false,
        auto_approve: 'on',
      },
      '8': { language: 'tlh', live_lag: 0, session_idle_hours: 12, bg_notify_error: true, voice: 'auto' },
      '9': { language: 'zh', live_lag: 8, of_nobody_here: 1 },
      x: { live_lag: 2 },
      '10': 'no settings',
    },
    window_states: {
      '@1': { session_id: 'agent-aaaa0001', cwd: '/srv/aaaa0001', transcript_path: '/t/1.jsonl' },
    },
  });
  inDir('session_map.json', {
    'ccbot:@3': {
      session_id: 'agent-aaaa0003',
      cwd: '/srv',
      window_name: 'x',
      transcript_path: '/t/3.jsonl',
    },
  });
  inDir('monitor_state.json', {
    tracked_sessions: { z: { session_id: 'agent-aaaa0002', file_path: '/t/2.jsonl', last_byte_offset: 5 } },
  });
}

async function run(options: { dryRun?: boolean; from?: string; json?: boolean } = {}) {
  const written = { out: '', err: '' };
  const into = (name: 'out' | 'err'): Writable =>
    new Writable({
      write(chunk: Buffer, _, done) {
        written[name] += String(chunk);
        done();
      },
    });
  const request = {
    from: options.from ?? null,
    dryRun: options.dryRun ?? false,
    json: options.json ?? false,
  };
  const code = await importCommand(request, {
    loaded: loadConfig({
      home: dir,
      env: { TELEGRAM_BOT_TOKEN: TOKEN, ALLOWED_USERS: '7,8', CCBOT_DIR: dir },
    }),
    host: { env: {}, home: dir, version: '0' },
    out: into('out'),
    err: into('err'),
    now: () => NOW,
  });
  return { code, ...written };
}

function kept(): { sessions: Session[]; set: Record<string, string> } {
  const store = openStore(join(dir, 'ccbot.db'), () => NOW);
  const settings = createSettings(store).under('');
  const sessions = createSessionStore(store)
    .all()
    .map(({ body }) => JSON.parse(body) as Session);
  store.close();
  return {
    sessions,
    set: Object.fromEntries(settings.map(({ scope, key, value }) => [`${scope} ${key}`, value])),
  };
}

it('imports sessions and archive, and says what it skips', async () => {
  oldState();
  const { code, out, err } = await run();
  expect([code, err]).toEqual([0, '']);
  const { sessions } = kept();
  expect(sessions).toMatchObject([
    {
      ...{ id: 'aaaa0001', name: 'name-aaaa0001', chatId: 7, agent: 'claude', cwd: '/srv/aaaa0001' },
      ...{ phase: 'ended', createdAt: 1_000_000, ended: { at: 3_000_000, why: 'done' } },
      binding: { sessionId: 'agent-aaaa0001', transcriptPath: '/t/1.jsonl' },
    },
    { id: 'aaaa0002', agent: 'codex', ended: { why: 'idle' }, binding: { transcriptPath: '/t/2.jsonl' } },
    { id: 'aaaa0003', chatId: 8, phase: 'lost', ended: { at: NOW, why: 'lost' } },
  ]);
  expect(out).toContain('3 sessions imported');
  expect(out).toContain('name aaaa0004 (its agent had not started a session)');
  expect(out).toContain('name aaaa0005 (unknown agent)');
  expect(out).toContain('name aaaa0006 (its transcript is gone)');
  expect(out).toContain('1 invalid record');
});

it('imports the settings that have a counterpart here, and names the others', async () => {
  oldState();
  const { out } = await run();
  expect(kept().set).toEqual({
    // One for every chat: the greater value of two users.
    'bot archive-after': '12',
    'chat:7 language': 'ru',
    'chat:7 card-lag': '5',
    'chat:7 notice-finished': 'off',
    'chat:8 card-lag': '1',
    'chat:8 notice-failed': 'on',
  });
  expect(out).toContain('6 settings imported');
  expect(out).toContain('live_lag 4 of 7: card-lag 5');
  expect(out).toContain('skipped settings with invalid values: language\n');
  expect(out).toContain('skipped settings that ccbot does not have: auto_approve, voice\n');
  expect(out).not.toContain('of_nobody_here');
});

it('finds a transcript that no file names where the agent stores it', async () => {
  oldState();
  const folder = join(dir, '.claude/projects/-srv-aaaa0006');
  mkdirSync(folder, { recursive: true });
  const record = { type: 'user', uuid: 'u', cwd: '/srv/aaaa0006', message: { role: 'user', content: 'hi' } };
  writeFileSync(join(folder, 'agent-aaaa0006.jsonl'), `${JSON.stringify(record)}\n`);
  await run();
  expect(kept().sessions.map(({ id }) => id)).toContain('aaaa0006');
});

it('duplicates nothing when it runs twice, and keeps what was set in between', async () => {
  oldState();
  await run();
  const store = openStore(join(dir, 'ccbot.db'), () => NOW);
  createSettings(store).set('chat:7', 'language', 'zh');
  createSettings(store).set('bot', 'archive-after', ''); // the default again
  store.close();
  const before = JSON.stringify(kept());
  const again = await run({ json: true });
  expect(again.code).toBe(0);
  expect(JSON.parse(again.out)).toMatchObject({
    sessions: [],
    settings: [],
    skipped: expect.any(Array) as unknown[],
  });
  expect(JSON.stringify(kept())).toBe(before);
  expect(kept().set).toMatchObject({ 'chat:7 language': 'zh', 'bot archive-after': '' });
});

it('changes no file of the other bot, and with --dry-run nothing here', async () => {
  oldState();
  const names = readdirSync(dir).filter((name) => name.endsWith('.json'));
  const before = names.map((name) => [
    readFileSync(join(dir, name), 'utf8'),
    statSync(join(dir, name)).mtimeMs,
  ]);
  const { out } = await run({ dryRun: true });
  expect(out).toContain('3 sessions would be imported');
  expect(kept()).toEqual({ sessions: [], set: {} });
  await run();
  expect(
    names.map((name) => [readFileSync(join(dir, name), 'utf8'), statSync(join(dir, name)).mtimeMs]),
  ).toEqual(before);
});

it('refuses while that bot holds its lock, and says so', async () => {
  oldState();
  const flock =
    'import fcntl,sys,time;f=open(sys.argv[1],"a");fcntl.flock(f,fcntl.LOCK_EX);print("held",flush=True);time.sleep(60)';
  const python = spawn('python3', ['-c', flock, join(dir, 'ccbot.lock')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    await once(python.stdout, 'data');
    const { code, err } = await run();
    expect(code).toBe(1);
    expect(err).toContain(join(dir, 'ccbot.lock'));
  } finally {
    python.kill('SIGKILL');
    await once(python, 'close');
  }
  expect((await run()).code).toBe(0);
});

it.each([
  ['no state at all', null, 'does not exist'],
  ['half a file', '{"sessions": {"a', 'Cannot read'],
])('says what is wrong with %s, and imports nothing', async (_, state, said) => {
  if (state !== null) inDir('state.json', state);
  const { code, err } = await run();
  expect(code).toBe(78);
  expect(err).toContain(said);
  expect(err).toContain(join(dir, 'state.json'));
});

it.each(['[]', '"text"', '{"sessions": []}', '{"sessions": {"a": null}, "user_settings": 7}'])(
  'treats %s as a state without sessions',
  async (state) => {
    inDir('state.json', state);
    expect(await run()).toMatchObject({ code: 0, err: '' });
    expect(kept().sessions).toEqual([]);
  },
);

it('reads the state from another directory', async () => {
  const elsewhere = join(dir, 'elsewhere');
  oldState();
  mkdirSync(elsewhere);
  spawnSync('mv', [
    join(dir, 'state.json'),
    join(dir, 'session_map.json'),
    join(dir, 'monitor_state.json'),
    elsewhere,
  ]);
  expect((await run()).code).toBe(78);
  expect((await run({ from: elsewhere })).code).toBe(0);
  expect(kept().sessions).toHaveLength(3);
});
