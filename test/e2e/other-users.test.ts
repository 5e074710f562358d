import { spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TMUX } from '@ccbot/shared/fixtures/tmux';
import { startTelegram, type Sandbox } from '@ccbot/sandbox/telegram/server';
import { describeWithUsers, spawnAs, USERS } from '@ccbot/shared/fixtures/other-user';
import { CCBOT, WORKER } from './harness/system';
import { until } from './harness/until';

const [victim, attacker] = USERS;
/** Where ccbot keeps things among the temporary files; the attacker is there first. */
const shared = `/tmp/ccbot-${victim}`;
const attack = (name: string): string => join(__dirname, 'fixtures', 'attacks', name);

let base: string;
let home: string;
let ccbotDir: string;
let telegram: Sandbox;
let children: ChildProcess[];

beforeEach(async () => {
  base = mkdtempSync(join(tmpdir(), 'ccbot-attack-'));
  chmodSync(base, 0o1777);
  home = join(base, 'home');
  mkdirSync(home, { mode: 0o750 });
  chmodSync(home, 0o750);
  chownSync(home, victim, victim);
  // Too long for the path of a socket.
  ccbotDir = join(home, 'd'.repeat(120), 'ccbot');
  children = [];
  const user = (id: number) => ({ id, is_bot: false, first_name: 'P' });
  const token = `${Math.floor(1e8 + Math.random() * 8e8)}:${'x'.repeat(35)}`;
  telegram = await startTelegram({ token, owner: user(7001), stranger: user(8002) });
});
afterEach(async () => {
  for (const child of children) {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
  spawnSync(TMUX, ['-L', 'attacked', 'kill-server'], {
    uid: victim,
    gid: victim,
    env: { PATH: '/usr/bin:/bin' },
  });
  await telegram.close();
  rmSync(base, { recursive: true, force: true });
  for (const path of [shared, `/tmp/tmux-${victim}`]) rmSync(path, { recursive: true, force: true });
});

const environment = (more: Record<string, string> = {}): Record<string, string> => ({
  HOME: home,
  PATH: `${join(process.execPath, '..')}:/usr/bin:/bin`,
  LANG: 'C.UTF-8',
  TELEGRAM_BOT_TOKEN: telegram.token,
  TELEGRAM_API_ROOT: telegram.apiRoot,
  ALLOWED_USERS: '7001',
  CCBOT_DIR: ccbotDir,
  CCBOT_TMUX_SOCKET: 'attacked',
  CCBOT_CANARY: 'off',
  CLAUDE_COMMAND: process.execPath,
  ...more,
});

interface Ran {
  child: ChildProcess;
  done: Promise<{ code: number | null; stdout: string; stderr: string }>;
}

function run(uid: number, args: readonly string[], input?: string, env = environment()): Ran {
  const child = spawnAs(uid, args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
  children.push(child);
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (d: Buffer) => (stdout += d.toString()));
  child.stderr?.on('data', (d: Buffer) => (stderr += d.toString()));
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(input ?? '');
  const done = once(child, 'close').then(([code]) => ({ code: code as number | null, stdout, stderr }));
  return { child, done };
}

/** Starts an attack; resolves when it says that it is ready. */
async function startAttack(name: string, ...args: string[]): Promise<ChildProcess> {
  const child = spawnAs(attacker, [attack(name), ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const ready = child.stdout === null ? undefined : once(child.stdout, 'data');
  await Promise.race([ready, once(child, 'exit').then(() => Promise.reject(new Error(`${name} ended`)))]);
  return child;
}

const request = JSON.stringify({
  hook_event_name: 'PermissionRequest',
  session_id: 'abc',
  cwd: '/',
  transcript_path: '/t.jsonl',
  tool_name: 'Bash',
  tool_input: { command: 'echo the secret prompt' },
});
const prompt = JSON.stringify({
  hook_event_name: 'UserPromptSubmit',
  session_id: 'abc',
  cwd: '/',
  transcript_path: '/t.jsonl',
  prompt: 'the secret prompt',
});

/** What the attacker has read. */
const read = (): string => {
  const path = join(base, 'read');
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
};

describeWithUsers('another user of the machine', () => {
  it.each<[string, () => string]>([
    ['all directories that ccbot has ever used for sockets', () => ccbotDir],
    ['the CCBOT_DIR itself', () => join(base, 'taken')],
  ])('answers no request and reads no prompt with a socket in %s', async (_what, directory) => {
    const dir = directory();
    await startAttack('answer-allow.mjs', shared, join(base, 'taken'), dir, join(base, 'read'));
    const env = environment({ CCBOT_DIR: dir, CCBOT_SESSION: 's1' });
    for (const input of [request, prompt]) {
      const done = await run(victim, [CCBOT, 'hook'], input, env).done;
      expect(done).toEqual({ code: 0, stdout: '', stderr: '' });
    }
    const line = await run(
      victim,
      [CCBOT, 'statusline'],
      JSON.stringify({ session_id: 'the secret prompt' }),
      env,
    ).done;
    expect(line.code).toBe(0);
    const sent = await run(
      victim,
      [WORKER, 'send-file', '/etc/hostname', '--caption', 'the secret prompt'],
      '',
      env,
    ).done;
    expect(sent.code).not.toBe(0);
    for (const command of ['status', 'stop', 'restart']) {
      const done = await run(victim, [CCBOT, command], '', env).done;
      expect(done.stdout).not.toContain('pid');
    }
    expect(read()).toBe('');
  });

  it('is named in one clear line by the commands when the CCBOT_DIR is theirs', async () => {
    await startAttack('answer-allow.mjs', shared, join(base, 'taken'), ccbotDir, join(base, 'read'));
    const env = environment({ CCBOT_DIR: join(base, 'taken') });
    for (const command of ['status', 'stop', 'restart', 'logs', 'metrics', 'supervise']) {
      const done = await run(victim, [CCBOT, command], '', env).done;
      expect(done).toMatchObject({ code: 78, stdout: '' });
      expect(done.stderr).toContain(`belongs to another user (uid ${attacker})`);
      expect(done.stderr).toContain('[DIR_UNSAFE]');
    }
  });

  it('does not keep ccbot from running, nor let two run, by taking its name among the temporary files', async () => {
    await startAttack(
      'answer-allow.mjs',
      shared,
      join(base, 'taken'),
      join(base, 'nothing'),
      join(base, 'read'),
    );
    const first = run(victim, [CCBOT, 'supervise']);
    await telegram.waitFor(() => telegram.polls.some((poll) => poll.endedNs === undefined));
    const status = await run(victim, [CCBOT, 'status']).done;
    expect(status).toMatchObject({ code: 0, stderr: '' });
    expect(status.stdout).toContain(`pid ${first.child.pid}`);
    // The same token under another CCBOT_DIR.
    const second = await run(
      victim,
      [CCBOT, 'supervise'],
      '',
      environment({ CCBOT_DIR: join(home, 'second') }),
    ).done;
    expect(second.code).toBe(1);
    expect(second.stderr).toContain('same bot token');
    expect(await run(victim, [CCBOT, 'stop']).done).toMatchObject({ code: 0 });
    expect((await first.done).code).toBe(0);
    expect(read()).toBe('');
  });

  it('changes no mode and gets no file by a link that is swapped while the program starts', async () => {
    const theirs = join(base, 'theirs');
    await startAttack('swap-link.mjs', shared, home, theirs);
    const modes = () =>
      [home, join(home, '.local')].map((path) => existsSync(path) && statSync(path).mode & 0o7777);
    for (let i = 0; i < 8; i++) {
      const once = await run(victim, [WORKER, '--once', '--json'], '').done;
      expect({ ...once, stdout: '' }).toMatchObject({ code: 0 });
      expect(modes()).toEqual([0o750, 0o700]);
    }
    // The swapping went on all the time, and nothing of the victim is in the attacker's directory.
    await until(() => existsSync(theirs));
    expect(readdirSync(theirs).filter((name) => statSync(join(theirs, name)).uid === victim)).toEqual([]);
    expect(readdirSync(home).filter((name) => name.startsWith('token-') || name.startsWith('send-'))).toEqual(
      [],
    );
  });
});
