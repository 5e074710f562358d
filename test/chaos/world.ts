import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HookLine } from '@ccbot/shared/protocol/hook';
import { startTelegram, type Sandbox } from '@ccbot/sandbox/telegram/server';
import { aliveIn, descriptorsOf, ownerOfPort } from './watch';

const root = process.env['CCBOT_ROOT'] ?? process.cwd();
const ccbot = join(root, 'packages/supervisor/bin/ccbot.js');

/** A poll as seen from the network. */
interface SeenPoll {
  at: number;
  pid: number | null;
}

/** A real supervisor and worker in a directory of their own, the sandbox as Telegram, one session with an agent. */
export interface World {
  telegram: Sandbox;
  dir: string;
  /** Starts another `ccbot supervise`; resolves with its exit code. */
  supervise(...flags: string[]): { child: ChildProcess; end: Promise<number | string> };
  /** Runs a command of `ccbot` to its end; its exit code. */
  run(...args: string[]): Promise<number>;
  pids(role: 'supervisor' | 'worker'): number[];
  /** Polls since the start, newest last; ms of the monotonic clock. */
  polls: readonly SeenPoll[];
  /** Resolves with the time of the first poll after `since` that a living worker (other than `not`) makes; null after `limitMs`. */
  pollAfter(since: number, limitMs: number, not?: number): Promise<number | null>;
  /** Writes the next numbered message. */
  say(): void;
  /** What went wrong so far. */
  violations: string[];
  /** Compares what was written with what the agent got, after everything has settled. */
  account(): Promise<{ written: number; lost: string[]; twice: string[]; asked: number }>;
  /** Descriptors of the supervisor that runs. */
  descriptors(): number;
  /** Leaves the directory as it is, to look into it. */
  keep(): string;
  close(): Promise<{ processes: number; sockets: string[] }>;
}

/** ms of the monotonic clock. */
export const now = (): number => performance.now();

/** Waits. */
export const delay = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** How often /proc is looked at for a second poller, ms. */
const LOOK_MS = 25;

/** Starts a world and waits until its session is ready. */
export async function startWorld(log: (text: string) => void): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'ccbot-chaos-'));
  const dir = join(folder, 'ccbot');
  const project = join(folder, 'project');
  const notes = join(folder, 'notes');
  for (const path of [dir, project, join(folder, 'home')]) mkdirSync(path, { mode: 0o700 });
  writeFileSync(notes, '');
  const token = `${Math.floor(1e8 + Math.random() * 8e8)}:CHAOS_${'x'.repeat(30)}`;
  const polls: SeenPoll[] = [];
  const violations: string[] = [];
  const pids: World['pids'] = (role) => aliveIn(dir).flatMap((a) => (a.role === role ? [a.pid] : []));
  let polled: () => void = () => undefined;
  const person = (id: number, first_name: string) => ({ id, is_bot: false, first_name });
  const telegram = await startTelegram({
    token,
    owner: person(1_001, 'Owner'),
    stranger: person(1_002, 'Stranger'),
    extra(request) {
      if (request.url?.endsWith('/getUpdates')) {
        const workers = pids('worker');
        const pid = ownerOfPort(request.socket.remotePort ?? 0, workers);
        const before = polls.at(-1)?.pid ?? null;
        const open = telegram.polls.at(-1)?.endedNs === undefined;
        if (open && before !== null && pid !== null && before !== pid && workers.includes(before)) {
          violations.push(`polls of two workers at the same time: ${before} and ${pid}`);
        }
        polls.push({ at: now(), pid });
        polled();
      }
      return false;
    },
  });
  const socket = `ccbot-chaos-${process.pid}-${folder.slice(-6)}`;
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: join(folder, 'home'),
    LANG: 'C.UTF-8',
    TERM: 'xterm-256color',
    SHELL: '/bin/sh',
    TELEGRAM_BOT_TOKEN: token,
    ALLOWED_USERS: '1001',
    TELEGRAM_API_ROOT: telegram.apiRoot,
    CCBOT_DIR: dir,
    CCBOT_TMUX_SOCKET: socket,
    CLAUDE_COMMAND: `${process.execPath} ${join(root, 'test/chaos/fixtures/noting-agent.mjs')} ${notes}`,
    CCBOT_RESTART_BACKOFF: '0.2',
    CCBOT_NET_RETRY_SEC: '0.5',
    CCBOT_HEALTHY_RUN_SEC: '3',
  };
  const children = new Set<ChildProcess>();
  const start = (...args: string[]): { child: ChildProcess; end: Promise<number | string> } => {
    const child = spawn(process.execPath, [ccbot, ...args], {
      env,
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    children.add(child);
    let said = '';
    child.stderr.on('data', (text: Buffer) => (said = (said + text.toString()).slice(-500)));
    const end = new Promise<number | string>((resolve) =>
      child.once('close', (code, signal) => {
        children.delete(child);
        if (said !== '') log(`    ccbot ${args.join(' ')} said: ${said.trim().split('\n')[0] ?? ''}`);
        resolve(code ?? signal ?? '?');
      }),
    );
    return { child, end };
  };
  const tmux = (...args: string[]): string =>
    spawnSync('tmux', ['-L', socket, ...args], { encoding: 'utf8', env: { PATH: env.PATH } }).stdout;

  const watcher = setInterval(() => {
    const workers = pids('worker');
    if (workers.length > 1) violations.push(`two workers alive at once: ${workers.join(', ')}`);
  }, LOOK_MS);
  let count = 0;
  let kept = false;

  const world: World = {
    telegram,
    dir,
    supervise: (...flags) => start('supervise', ...flags),
    run: async (...args) => Number(await start(...args).end),
    pids,
    polls,
    pollAfter: (since, limitMs, not) =>
      new Promise((resolve) => {
        const look = (): void => {
          const found = polls.find(({ at, pid }) => at > since && pid !== null && pid !== not);
          if (found !== undefined) done(found.at);
        };
        const timer = setTimeout(() => done(null), limitMs);
        const done = (at: number | null): void => {
          clearTimeout(timer);
          polled = () => undefined;
          resolve(at);
        };
        polled = look;
        look();
      }),
    say: () => void telegram.owner.say(`message ${++count} of the chaos`),
    violations,
    async account() {
      const got = (): string[] => readFileSync(notes, 'utf8').split('\n');
      // What was being typed at a kill nobody can know: ccbot must ask the person then.
      const asked = (n: number): boolean =>
        telegram.owner
          .chat()
          .some((m) => m.fromBot && m.keyboard.length > 0 && m.text.includes(`message ${n} of the chaos`));
      const missing = (): number[] =>
        Array.from({ length: count }, (_, i) => i + 1).filter(
          (n) => !got().some((line) => line.includes(`message ${n} of`)) && !asked(n),
        );
      for (const until = now() + 30_000; now() < until && missing().length > 0;) await delay(200);
      await delay(500);
      const times = (n: number): number => got().filter((line) => line.includes(`message ${n} of`)).length;
      const all = Array.from({ length: count }, (_, i) => i + 1);
      return {
        written: count,
        lost: missing().map((n) => `message ${n}`),
        twice: all.filter((n) => times(n) > 1).map((n) => `message ${n}`),
        asked: all.filter((n) => times(n) === 0 && asked(n)).length,
      };
    },
    descriptors: () => descriptorsOf(pids('supervisor')[0] ?? 0),
    keep() {
      kept = true;
      return folder;
    },
    async close() {
      await world.run('stop');
      clearInterval(watcher);
      const left = aliveIn(dir);
      for (const child of children) child.kill('SIGKILL');
      for (const { pid } of left) process.kill(pid, 'SIGKILL');
      tmux('kill-server');
      await telegram.close();
      const sockets = ['supervisor.sock', 'worker.sock'].filter((name) => existsSync(join(dir, 'run', name)));
      if (!kept) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
      return { processes: left.length, sockets };
    },
  };

  try {
    world.supervise();
    if ((await world.pollAfter(0, 20_000)) === null) throw new Error('ccbot did not start to poll');
    telegram.owner.say(`/new chaos ${project}`);
    for (const until = now() + 30_000; !existsSync(join(project, '.ccbot-session')); await delay(20)) {
      if (now() > until) throw new Error('the session did not open');
    }
    await startSession(
      dir,
      project,
      tmux('list-panes', '-a', '-F', '#{pane_id}').trim().split('\n')[0] ?? '',
    );
    await delay(500);
    return world;
  } catch (error) {
    await world.close();
    throw error;
  }
}

/** Tells the worker what the SessionStart hook of an agent tells. */
async function startSession(dir: string, cwd: string, pane: string): Promise<void> {
  const transcript = join(cwd, 'transcript.jsonl');
  writeFileSync(transcript, '');
  const line: HookLine = {
    v: 1,
    kind: 'hook',
    at: Date.now(),
    ccbotSession: readFileSync(join(cwd, '.ccbot-session'), 'utf8'),
    pane,
    backend: 'claude',
    payload: {
      hook_event_name: 'SessionStart',
      source: 'startup',
      session_id: 'chaos',
      transcript_path: transcript,
      cwd,
    },
  };
  await new Promise<void>((resolve, reject) => {
    const connection = connect(join(dir, 'run/worker.sock'), () =>
      connection.end(`${JSON.stringify(line)}\n`),
    );
    connection.on('error', reject).on('close', () => resolve());
    connection.resume();
  });
}
