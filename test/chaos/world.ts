import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTelegram, type Sandbox } from '@ccbot/sandbox/telegram/server';
import { tokenLockPath } from '@ccbot/shared/config/paths';
import { accountOf, type Account } from './account';
import { delay, until } from './clock';
import { mountSmallDisk, type SmallDisk } from './disk';
import { watchPolls, type SeenPolls } from './polls';
import { openSession } from './session';
import { aliveIn, allOf, descriptorsOf, isUnderTmux, lives, othersWithOpen } from './watch';

const root = process.env['CCBOT_ROOT'] ?? process.cwd();
const ccbot = join(root, 'packages/supervisor/bin/ccbot.js');
const fixture = (name: string): string => join(root, 'test/chaos/fixtures', name);

/** What befalls a program from inside; `fixtures/inside.cjs` does it. */
export type Inside =
  | { do: 'block' }
  | { do: 'hog'; mb: number }
  | { do: 'heap' }
  | { do: 'exit'; code: number }
  | { do: 'clock' };

/** A real supervisor and worker in a directory of their own, the sandbox as Telegram, one session with an agent. */
export interface World {
  telegram: Sandbox;
  dir: string;
  /** The disk below `dir`; null where this user may not mount one. */
  disk: SmallDisk | null;
  /** The lock of `dir`, and the one of the token. */
  lockFiles: readonly string[];
  /** Starts another `ccbot supervise`; resolves with its exit code, or the signal's name. */
  supervise(...flags: string[]): { child: ChildProcess; end: Promise<number | string> };
  /** Runs a command of `ccbot` to its end; its exit code. */
  run(...args: string[]): Promise<number>;
  /** The pids that live. */
  pids(role: 'supervisor' | 'worker'): number[];
  polls: SeenPolls;
  /** Lets something happen inside a process. */
  inside(pid: number, what: Inside): void;
  /** Sets the wall clock of supervisor and worker to so many ms beside ours; those that live jump when they are told. */
  setClock(shiftMs: number): void;
  /** Writes the next numbered message. */
  say(): void;
  /** Two workers alive at once, as /proc tells. */
  twoWorkers: readonly string[];
  /** What went wrong otherwise. */
  violations: string[];
  /** Compares what was written with what the agent got, after everything has settled. */
  account(): Promise<Account>;
  /** What the supervisor and the worker have open, by role. */
  descriptors(): { supervisor: string[]; worker: string[] };
  /** Processes beside supervisor and worker that have a lock open. */
  lockedByOthers(): string[];
  /** Leaves the directory as it is, to look into it. */
  keep(): string;
  /** Ends all; tells what did not go. */
  close(): Promise<{ processes: string[]; sockets: string[]; locks: string[] }>;
}

/** How often /proc is looked at for a second worker, ms. */
const LOOK_MS = 25;

/** The worker's ceiling and V8's in this world, MB: a hog must not need the whole machine. */
const MAX_RSS_MB = 260;
const MAX_HEAP_MB = 160;

/** Starts a world and waits until its session is ready. */
export async function startWorld(log: (text: string) => void): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'ccbot-chaos-'));
  const [dir, project, home] = ['ccbot', 'project', 'home'].map((n) => join(folder, n)) as [
    string,
    string,
    string,
  ];
  for (const path of [dir, project, home]) mkdirSync(path, { mode: 0o700 });
  const disk = mountSmallDisk(dir);
  const notes = join(folder, 'notes');
  writeFileSync(notes, '');
  const orders = join(folder, 'inside.json');
  const clock = join(folder, 'clock');
  const token = `${Math.floor(1e8 + Math.random() * 8e8)}:CHAOS_${'x'.repeat(30)}`;
  const violations: string[] = [];
  const twoWorkers: string[] = [];
  const pids: World['pids'] = (role) => aliveIn(dir).flatMap((a) => (a.role === role ? [a.pid] : []));
  const person = (id: number, first_name: string) => ({ id, is_bot: false, first_name });
  const polls = watchPolls(() => pids('worker'));
  const telegram = await startTelegram({
    token,
    owner: person(1_001, 'Owner'),
    stranger: person(1_002, 'Stranger'),
    extra(request, response) {
      polls.saw(request, response);
      return false;
    },
  });
  const socket = `ccbot-chaos-${process.pid}-${folder.slice(-6)}`;
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    LANG: 'C.UTF-8',
    TERM: 'xterm-256color',
    SHELL: '/bin/sh',
    NODE_OPTIONS: `--require=${fixture('inside.cjs')} --max-old-space-size=${MAX_HEAP_MB}`,
    CHAOS_INSIDE: orders,
    CHAOS_CLOCK: clock,
    TELEGRAM_BOT_TOKEN: token,
    ALLOWED_USERS: '1001',
    TELEGRAM_API_ROOT: telegram.apiRoot,
    CCBOT_DIR: dir,
    CCBOT_TMUX_SOCKET: socket,
    CCBOT_CANARY: 'off',
    CLAUDE_COMMAND: `${process.execPath} ${fixture('noting-agent.mjs')} ${notes}`,
    CCBOT_RESTART_BACKOFF: '0.2',
    CCBOT_NET_RETRY_SEC: '0.5',
    CCBOT_HEALTHY_RUN_SEC: '3',
    CCBOT_WORKER_MAX_RSS_MB: String(MAX_RSS_MB),
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
    if (workers.length > 1) twoWorkers.push(`workers ${workers.join(' and ')} lived at once`);
  }, LOOK_MS);
  const lockFiles = [join(dir, 'ccbot.lock'), tokenLockPath(token, telegram.apiRoot)];
  let count = 0;
  let kept = false;

  const world: World = {
    telegram,
    dir,
    disk,
    lockFiles,
    supervise: (...flags) => start('supervise', ...flags),
    run: async (...args) => Number(await start(...args).end),
    pids,
    polls,
    inside(pid, what) {
      replaceFile(orders, JSON.stringify(what));
      if (lives(pid)) process.kill(pid, 'SIGUSR2');
    },
    setClock: (shiftMs) => replaceFile(clock, String(shiftMs)),
    say: () => void telegram.owner.say(`message ${++count} of the chaos`),
    twoWorkers,
    violations,
    account: () => accountOf(notes, telegram, count),
    descriptors: () => ({
      supervisor: descriptorsOf(pids('supervisor')[0] ?? 0),
      worker: descriptorsOf(pids('worker')[0] ?? 0),
    }),
    lockedByOthers: () =>
      othersWithOpen(
        lockFiles,
        aliveIn(dir).map(({ pid }) => pid),
      ).map(String),
    keep() {
      kept = true;
      return folder;
    },
    async close() {
      await world.run('stop');
      clearInterval(watcher);
      // tmux and what runs in it outlive ccbot, as they should; nothing else does, its own control client included.
      const others = () => allOf(dir).filter(({ pid, words }) => words.includes('-C') || !isUnderTmux(pid));
      await until(() => others().length === 0, 3_000);
      const left = others();
      const locks = lockFiles.slice(1).filter((path) => existsSync(path));
      const sockets = ['supervisor.sock', 'worker.sock'].filter((name) => existsSync(join(dir, 'run', name)));
      for (const child of children) child.kill('SIGKILL');
      for (const { pid } of left) process.kill(pid, 'SIGKILL');
      tmux('kill-server');
      await telegram.close();
      if (!kept) {
        disk?.unmount();
        rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
      }
      return { processes: left.map(({ words }) => words.join(' ')), sockets, locks };
    },
  };

  try {
    world.supervise();
    if ((await polls.after(0, 30_000)) === null) throw new Error('ccbot did not start to poll');
    await openSession(
      world,
      project,
      () => tmux('list-panes', '-a', '-F', '#{pane_id}').split('\n')[0] ?? '',
    );
    await delay(500);
    return world;
  } catch (error) {
    await world.close();
    throw error;
  }
}

/** Written beside it and renamed: whoever reads finds the old text or the new one. */
function replaceFile(path: string, text: string): void {
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}
