import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { rmSync, writeFileSync } from 'node:fs';
import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Writable } from 'node:stream';
import { promisify } from 'node:util';
import { loadConfig, type Loaded } from '@ccbot/shared/config/load';
import { ensureDirectories } from '@ccbot/shared/config/paths';
import type { Check } from '@ccbot/shared/doctor/check';
import { acquireLock } from '@ccbot/shared/lock/flock';
import { holderOfThisProcess } from '@ccbot/shared/lock/holder';
import { claude } from '../agents/claude/kind';
import { hookCommandFor, hookCommandLine, withHooks } from '../hook/entries';
import { writeSettings } from '../hook/settings-file';
import { withStatusLine } from '../hook/statusline-setting';
import { runDoctor } from './command';
import { MIGRATIONS } from '../store/migrations';
import { openStore } from '../store/open';
import { createUpdates } from '../inbox/store';
import { examineAddons } from './addons';
import { examineAgents } from './agents';
import { examineDatabase } from './database';
import { examineDenyRules } from './deny';
import type { DoctorDeps } from './deps';
import { examineHooks } from './hooks';
import { examineSpeech } from './speech';

let dir: string;
let env: Record<string, string>;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ccbot-doctor-'));
  mkdirSync(join(dir, 'bin'));
  hookCommand = commandIn("it's here", 'hook.js');
  statusLine = commandIn("it's here", 'statusline.js');
  env = {
    PATH: `${join(dir, 'bin')}:/usr/bin:/bin`,
    TELEGRAM_BOT_TOKEN: `${Math.floor(1e8 + Math.random() * 9e8)}:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA`,
    ALLOWED_USERS: '7',
    CCBOT_DIR: join(dir, 'state'),
    CLAUDE_COMMAND: 'some-agent',
    CODEX_COMMAND: 'no-such-agent',
  };
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const load = (): Loaded => loadConfig({ env, home: dir });
let hookCommand: string;
let statusLine: string;
/** The command of a hook or a status line of a ccbot that is there. */
const commandIn = (place: string, bundle: string): string => {
  const path = join(dir, place, 'worker/dist', bundle);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, '');
  return hookCommandLine(process.execPath, path);
};
function deps(overrides: Partial<DoctorDeps> = {}): DoctorDeps {
  const loaded = load();
  ensureDirectories(loaded.paths);
  return {
    config: loaded.ok ? loaded.config : null,
    paths: loaded.paths,
    host: { env, home: dir, hookCommand, statusLine },
    load: () => undefined,
    run: async (program, args) => (await promisify(execFile)(program, args)).stdout,
    ...overrides,
  };
}
const program = (name: string, script: string): void => {
  writeFileSync(join(dir, 'bin', name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(dir, 'bin', name), 0o755);
};
const verdicts = (checks: readonly Check[]): Record<string, string> =>
  Object.fromEntries(checks.map(({ id, verdict }) => [id, verdict]));

describe('the native addons', () => {
  it('are named when one does not load', async () => {
    expect(verdicts(await examineAddons(deps()))).toEqual({ addons: 'ok' });
    const load = (name: string): void => {
      if (name === 'node-pty') throw new Error('was compiled against a different Node.js version');
    };
    expect(await examineAddons(deps({ load }))).toMatchObject([
      {
        verdict: 'bad',
        detail: expect.stringContaining('node-pty') as string,
        todo: expect.stringContaining('rebuild') as string,
      },
    ]);
  });
});

describe('the database', () => {
  it('is ok before the first start and after it', async () => {
    const d = deps();
    expect(verdicts(await examineDatabase(d))).toEqual({ database: 'ok' });
    openStore(d.paths.db, Date.now).close();
    expect(verdicts(await examineDatabase(d))).toEqual({ database: 'ok', 'set-aside': 'ok' });
  });

  it('is bad when its file is damaged, or of a later version', async () => {
    const d = deps();
    writeFileSync(d.paths.db, 'this is no database, but long enough to be looked at as one'.repeat(50));
    expect(await examineDatabase(d)).toMatchObject([
      { verdict: 'bad', todo: expect.stringContaining('--repair') as string },
    ]);
    rmSync(d.paths.db);
    const store = openStore(d.paths.db, Date.now);
    store.db.pragma(`user_version = ${MIGRATIONS.length + 1}`);
    store.close();
    expect(await examineDatabase(d)).toMatchObject([
      { verdict: 'bad', detail: expect.stringContaining('later ccbot') as string },
    ]);
  });

  it('lists the failed updates with their errors', async () => {
    const d = deps();
    const store = openStore(d.paths.db, Date.now);
    const updates = createUpdates(store);
    updates.add([{ update_id: 41 }], 1);
    updates.failed([41], 'a poisoned update', true, 2);
    store.close();
    const aside = (await examineDatabase(d)).find(({ id }) => id === 'set-aside');
    expect(aside).toMatchObject({
      verdict: 'warn',
      detail: expect.stringContaining('update 41: a poisoned update') as string,
    });
  });
});

describe('the agents', () => {
  it('are told with their versions', async () => {
    program('some-agent', 'echo "9.9.9 (Some Agent)"');
    const checks = await examineAgents(deps());
    expect(checks.find(({ id }) => id === 'agent-claude')).toMatchObject({
      verdict: 'ok',
      detail: expect.stringContaining('9.9.9') as string,
    });
  });

  it('are bad when the one for new sessions is missing or does not run', async () => {
    expect(verdicts(await examineAgents(deps()))).toMatchObject({ 'agent-claude': 'bad' });
    program('some-agent', 'exit 3');
    expect(verdicts(await examineAgents(deps()))).toMatchObject({ 'agent-claude': 'bad' });
  });

  it('need not be installed when new sessions use another one', async () => {
    const others = (await examineAgents(deps())).filter(({ id }) => id !== 'agent-claude');
    expect(others.every(({ verdict }) => verdict === 'ok')).toBe(true);
  });
});

describe('the deny rules', () => {
  const settings = (): string => join(dir, '.claude/settings.json');

  it('are a warning with the command that adds them, until every one is there', async () => {
    mkdirSync(join(dir, '.claude'));
    expect(await examineDenyRules(deps())).toMatchObject([
      {
        id: 'deny-rules-claude',
        verdict: 'warn',
        todo: expect.stringContaining('`ccbot hook --install --deny-rules --agent claude`') as string,
      },
    ]);
    const rules = claude.deny?.rules(join(dir, 'state'), dir) ?? [];
    writeSettings(settings(), { permissions: { deny: rules.slice(1) } });
    expect(verdicts(await examineDenyRules(deps()))).toEqual({ 'deny-rules-claude': 'warn' });
    writeSettings(settings(), { permissions: { deny: rules } });
    expect(verdicts(await examineDenyRules(deps()))).toEqual({ 'deny-rules-claude': 'ok' });
  });

  it('are bad when the file with them cannot be read', async () => {
    mkdirSync(join(dir, '.codex/rules/ccbot.rules'), { recursive: true });
    expect(verdicts(await examineDenyRules(deps()))).toEqual({ 'deny-rules-codex': 'bad' });
  });
});

describe('the hooks', () => {
  const path = () => join(dir, '.claude', 'settings.json');
  const events = claude.hooks?.events ?? {};

  it('are ok when this ccbot installed them', async () => {
    const hooks = withHooks({}, hookCommandFor(hookCommand, 'claude'), events);
    writeSettings(path(), withStatusLine(hooks, statusLine));
    expect(verdicts(await examineHooks(deps()))).toEqual({ 'hooks-claude': 'ok' });
  });

  it('are not called installed while something switches them off, also in the directory of a session', async () => {
    const hooks = withStatusLine(withHooks({}, hookCommandFor(hookCommand, 'claude'), events), statusLine);
    writeSettings(path(), { ...hooks, disableAllHooks: true });
    expect(await examineHooks(deps())).toMatchObject([
      {
        verdict: 'warn',
        detail: expect.stringContaining(
          `they do not run: switched off by disableAllHooks in ${path()}`,
        ) as string,
      },
    ]);
    writeSettings(path(), hooks);
    const project = join(dir, 'project');
    writeSettings(join(project, '.claude/settings.json'), { disableAllHooks: true });
    const { sessionMap } = deps().paths;
    const entry = { session_id: 'x', cwd: project, backend: 'claude' };
    writeFileSync(
      sessionMap,
      JSON.stringify({ 'ccbot:@1': entry, 'ccbot:@2': { ...entry, cwd: 'relative' }, junk: 7 }),
    );
    expect(await examineHooks(deps())).toMatchObject([
      { verdict: 'warn', detail: expect.stringContaining('project/.claude/settings.json') as string },
    ]);
    writeFileSync(sessionMap, JSON.stringify({ 'ccbot:@1': { ...entry, backend: 'codex' } }));
    expect(verdicts(await examineHooks(deps()))).toEqual({ 'hooks-claude': 'ok' });
  });

  it('are reported as missing or outdated', async () => {
    expect(await examineHooks(deps())).toMatchObject([
      { verdict: 'warn', detail: expect.stringContaining('SessionStart missing') as string },
    ]);
    writeSettings(path(), withHooks({}, commandIn('old', 'hook.js'), events));
    expect(await examineHooks(deps())).toMatchObject([
      { verdict: 'warn', detail: expect.stringContaining('SessionStart outdated') as string },
    ]);
  });

  it('are reported when only the status line is missing or outdated', async () => {
    const hooks = withHooks({}, hookCommandFor(hookCommand, 'claude'), events);
    writeSettings(path(), hooks);
    expect(await examineHooks(deps())).toMatchObject([
      { verdict: 'warn', detail: expect.stringMatching(/: status line missing/) as string },
    ]);
    const old = commandIn('old', 'statusline.js');
    writeSettings(path(), withStatusLine(hooks, old));
    expect(await examineHooks(deps())).toMatchObject([
      {
        verdict: 'warn',
        detail: expect.stringMatching(/: status line outdated/) as string,
        todo: expect.stringContaining('ccbot hook --install') as string,
      },
    ]);
  });

  it.each([
    ['the launcher, with its CCBOT_DIR', 'other/bin/node', "it's here/worker/dist/hook.js"],
    ['the clone', 'bin/node', 'clone/worker/dist/hook.js'],
    ['both', "it's gone/bin/node", 'clone/worker/dist/hook.js'],
  ])('are bad when %s was removed, although the settings are as they were', async (_what, node, bundle) => {
    program('node', 'exit 0');
    const files = [join(dir, node), join(dir, bundle)] as const;
    const command = hookCommandLine(...files);
    writeSettings(path(), withHooks({}, hookCommandFor(command, 'claude'), events));
    const d = deps();
    const [check] = await examineHooks({ ...d, host: { ...d.host, hookCommand: command } });
    expect(check).toMatchObject({
      verdict: 'bad',
      todo: expect.stringContaining('hook --install') as string,
    });
    for (const file of files) expect(check?.detail.includes(file)).toBe(!existsSync(file));
  });

  it('are bad when only the program of the status line was removed', async () => {
    const hooks = withHooks({}, hookCommandFor(hookCommand, 'claude'), events);
    const line = hookCommandLine(process.execPath, join(dir, 'clone/worker/dist/statusline.js'));
    writeSettings(
      path(),
      withStatusLine({ ...hooks, statusLine: { type: 'command', command: 'date' } }, line),
    );
    expect(await examineHooks(deps())).toMatchObject([
      { verdict: 'bad', detail: expect.stringContaining('clone/worker/dist/statusline.js') as string },
    ]);
  });

  it('are bad when the settings do not parse', async () => {
    mkdirSync(join(dir, '.claude'));
    writeFileSync(path(), '{ "hooks": ');
    expect(await examineHooks(deps())).toMatchObject([
      { verdict: 'bad', detail: expect.stringContaining(path()) as string },
    ]);
  });
});

describe('ccbot-worker doctor', () => {
  async function run(repair: boolean): Promise<Record<string, Check>> {
    const loaded = load();
    ensureDirectories(loaded.paths);
    let text = '';
    const out = new Writable({
      write(chunk: Buffer, _, done) {
        text += chunk.toString();
        done();
      },
    });
    const host = { env, home: dir, hookCommand, statusLine };
    await runDoctor({ loaded, host, version: '1', repair, out, now: Date.now });
    const { checks } = JSON.parse(text) as { checks: Check[] };
    return Object.fromEntries(checks.map((check) => [check.id, check]));
  }

  it('loads the real addons', async () => {
    expect((await run(false))['addons']?.verdict).toBe('ok');
  });

  it('rebuilds a damaged database only on request, and keeps the old one', async () => {
    const { paths } = load();
    ensureDirectories(paths);
    writeFileSync(paths.db, 'garbage'.repeat(1_000));
    expect((await run(false))['database']?.verdict).toBe('bad');
    const repaired = await run(true);
    expect(repaired['repair']).toMatchObject({
      verdict: 'ok',
      detail: expect.stringContaining('moved it to') as string,
    });
    expect(repaired['database']?.verdict).toBe('ok');
    expect(readdirSync(paths.dir).some((name) => name.startsWith('ccbot.db.broken-'))).toBe(true);
  });

  it('says what a repair recovered from a partly damaged database', async () => {
    const { paths } = load();
    ensureDirectories(paths);
    const store = openStore(paths.db, Date.now);
    createUpdates(store).add([{ update_id: 1 }], Date.now());
    store.db.pragma('wal_checkpoint(TRUNCATE)');
    const root = Number(store.db.prepare("SELECT rootpage FROM sqlite_master WHERE name = 'wishes'").value());
    store.close();
    const bytes = readFileSync(paths.db);
    bytes.fill(0xa5, (root - 1) * 4_096, root * 4_096);
    writeFileSync(paths.db, bytes);
    const { repair, database } = await run(true);
    expect(repair?.verdict).toBe('ok');
    expect(repair?.detail).toMatch(/Recovered: 1 message for agents.*in part: messages not yet shown/);
    expect(database?.verdict).toBe('ok');
  });

  it('repairs nothing while ccbot runs', async () => {
    const { paths } = load();
    ensureDirectories(paths);
    writeFileSync(paths.db, 'garbage'.repeat(1_000));
    const held = acquireLock(paths.lock, holderOfThisProcess('1', paths.dir, Date.now(), 'worker'));
    expect(held.ok).toBe(true);
    expect((await run(true))['repair']).toMatchObject({
      verdict: 'bad',
      todo: expect.stringContaining('ccbot stop') as string,
    });
    expect(existsSync(paths.db)).toBe(true);
    if (held.ok) held.lock.release();
  });
});

describe('voice messages', () => {
  const verdict = async (settings: Record<string, string>): Promise<string> => {
    env = { ...env, ...settings, PATH: join(dir, 'bin') };
    const [check] = await examineSpeech(deps());
    return `${check?.verdict}: ${check?.detail}`;
  };

  it('may be files; reports half of the settings, or a missing program, model or converter', async () => {
    expect(await verdict({})).toMatch(/^ok: sent to the agent as files/);
    const bin = join(dir, 'bin/whisper-cli');
    expect(await verdict({ WHISPER_BIN: bin })).toMatch(/^warn: WHISPER_MODEL_PATH is not set/);
    const model = join(dir, 'model.bin');
    expect(await verdict({ WHISPER_MODEL_PATH: model })).toMatch(/^bad: .*whisper-cli was not found/);
    writeFileSync(bin, '#!/bin/sh\n', { mode: 0o755 });
    expect(await verdict({})).toMatch(/^bad: the model cannot be read/);
    writeFileSync(model, '');
    expect(await verdict({})).toMatch(/^warn: ffmpeg/);
    writeFileSync(join(dir, 'bin/ffmpeg'), '#!/bin/sh\n', { mode: 0o755 });
    expect(await verdict({})).toBe('ok: transcribed by whisper.cpp');
  });
});
