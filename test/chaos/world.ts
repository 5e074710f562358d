import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TMUX } from '@ccbot/shared/fixtures/tmux';
import { startTelegram, type Sandbox } from '@ccbot/sandbox/telegram/server';
import { pathsOf } from '@ccbot/shared/config/paths';
import { tokenLockPaths } from '@ccbot/shared/lock/token-paths';
import { accountOf, type Account } from './account';
import { delay, until } from './clock';
import { mountSmallDisk, type SmallDisk } from './disk';
import { watchPolls, type SeenPolls } from './polls';
import { openSession } from './session';
import { aliveIn, descriptorsOf, isAlive, isUnderTmux, othersWithOpen, processesIn } from './watch';

const root = process.env['CCBOT_ROOT'] ?? process.cwd();
const ccbot = join(root, 'packages/supervisor/bin/ccbot.js');
const fixture = (name: string): string => join(root, 'test/chaos/fixtures', name);

/** A fault that `fixtures/inside.cjs` applies inside a program. */
export type Inside =
  | { do: 'block' }
  | { do: 'hog'; mb: number }
  | { do: 'heap' }
  | { do: 'exit'; code: number }
  | { do: 'clock' };

/** A real supervisor and worker in a temporary directory, the sandbox as Telegram, and one session with an agent. */
export interface World {
  telegram: Sandbox;
  /** For `CCBOT_DIR`. */
  dir: string;
  /** The disk of `dir`; null when this user may not mount one. */
  disk: SmallDisk | null;
  /** The lock of `dir` and the locks of the token. */
  lockFiles: readonly string[];
  /** Starts another `ccbot supervise`; `end` resolves with its exit code or the name of the signal. */
  supervise(...flags: string[]): { child: ChildProcess; end: Promise<number | string> };
  /** Runs a command of `ccbot`. Resolves with its exit code. */
  run(...args: string[]): Promise<number>;
  /** The pids of the living processes. */
  pids(role: 'supervisor' | 'worker'): number[];
  polls: SeenPolls;
  /** Applies a fault inside a process. */
  inside(pid: number, fault: Inside): void;
  /** Shifts the wall clock of supervisor and worker, ms from the real time. Running processes jump at the fault `clock`. */
  setClock(shiftMs: number): void;
  /** Sends the next numbered message. */
  say(): void;
  /** Times at which two workers were alive, by /proc. */
  twoWorkers: readonly string[];
  /** All other violations. */
  violations: string[];
  /** Compares the messages sent with what the agent received, once everything has settled. */
  account(): Promise<Account>;
  /** The targets of the open descriptors. */
  descriptors(): { supervisor: string[]; worker: string[] };
  /** Processes other than supervisor and worker that have a lock file open. */
  lockedByOthers(): string[];
  /** Keeps the files after `close`. Returns their directory. */
  keep(): string;
  /** Stops everything. Resolves with what is left over. */
  close(): Promise<LeftOver>;
}

export interface LeftOver {
  processes: string[];
  sockets: string[];
  locks: string[];
}

/** Interval of the check for a second worker in /proc, ms. */
const CHECK_MS = 25;

/** Memory limits of the worker and of V8, MB: low, so that a memory hog does not need the whole machine. */
const MAX_RSS_MB = 260;
const MAX_HEAP_MB = 160;

interface Folders {
  /** Contains everything. */
  root: string;
  /** For `CCBOT_DIR`. */
  dir: string;
  project: string;
  home: string;
  /** What the agent received, one message a line. */
  notes: string;
  /** The fault that `fixtures/inside.cjs` reads. */
  inside: string;
  /** The shift of the wall clock, ms. */
  clock: string;
}

function createFolders(): Folders {
  const path = mkdtempSync(join(tmpdir(), 'ccbot-chaos-'));
  const folders: Folders = {
    root: path,
    dir: join(path, 'ccbot'),
    project: join(path, 'project'),
    home: join(path, 'home'),
    notes: join(path, 'notes'),
    inside: join(path, 'inside.json'),
    clock: join(path, 'clock'),
  };
  for (const folder of [folders.dir, folders.project, folders.home]) mkdirSync(folder, { mode: 0o700 });
  writeFileSync(folders.notes, '');
  return folders;
}

/** Starts a world, and waits until its session is ready. `log` gets what ccbot prints on stderr. */
export async function startWorld(log: (text: string) => void): Promise<World> {
  const folders = createFolders();
  const { dir } = folders;
  const disk = mountSmallDisk(dir);
  const pids: World['pids'] = (role) => aliveIn(dir).flatMap((a) => (a.role === role ? [a.pid] : []));
  const polls = watchPolls(() => pids('worker'));
  const telegram = await startTelegram({
    token: `${Math.floor(1e8 + Math.random() * 8e8)}:CHAOS_${'x'.repeat(30)}`,
    owner: { id: 1_001, is_bot: false, first_name: 'Owner' },
    stranger: { id: 1_002, is_bot: false, first_name: 'Stranger' },
    extra(request, response) {
      polls.onRequest(request, response);
      return false;
    },
  });
  const socket = `ccbot-chaos-${process.pid}-${folders.root.slice(-6)}`;
  const programs = createPrograms(environment(folders, telegram, socket), folders.root, log);
  const twoWorkers: string[] = [];
  const others = new Map<number, number>();
  const watcher = setInterval(() => {
    const workers = aliveIn(dir, others).flatMap(({ pid, role }) => (role === 'worker' ? [pid] : []));
    if (workers.length > 1) twoWorkers.push(`workers ${workers.join(' and ')} were alive at the same time`);
  }, CHECK_MS);
  const paths = pathsOf(dir, folders.home);
  const { own, shared } = tokenLockPaths(paths, telegram);
  const lockFiles = [paths.lock, own, shared];
  let sent = 0;
  let isKept = false;

  const world: World = {
    telegram,
    dir,
    disk,
    lockFiles,
    supervise: (...flags) => programs.start('supervise', ...flags),
    run: async (...args) => Number(await programs.start(...args).end),
    pids,
    polls,
    inside(pid, fault) {
      replaceFile(folders.inside, JSON.stringify(fault));
      if (isAlive(pid)) process.kill(pid, 'SIGUSR2');
    },
    setClock: (shiftMs) => replaceFile(folders.clock, String(shiftMs)),
    say: () => void telegram.owner.say(`message ${++sent} of the chaos`),
    twoWorkers,
    violations: [],
    account: () => accountOf(folders.notes, telegram, sent),
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
      isKept = true;
      return folders.root;
    },
    async close() {
      await world.run('stop');
      clearInterval(watcher);
      const left = await killLeftOver(dir, lockFiles, socket);
      programs.kill();
      tmux(socket, 'kill-server');
      await telegram.close();
      if (!isKept) {
        disk?.unmount();
        rmSync(folders.root, { recursive: true, force: true, maxRetries: 5 });
      }
      return left;
    },
  };

  try {
    world.supervise();
    if ((await polls.after(0, 30_000)) === null) throw new Error('ccbot did not start to poll');
    const firstPane = (): string => tmux(socket, 'list-panes', '-a', '-F', '#{pane_id}').split('\n')[0] ?? '';
    await openSession(world, folders.project, firstPane);
    await delay(500);
    return world;
  } catch (error) {
    await world.close();
    throw error;
  }
}

function environment(folders: Folders, telegram: Sandbox, socket: string): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: folders.home,
    LANG: 'C.UTF-8',
    TERM: 'xterm-256color',
    SHELL: '/bin/sh',
    NODE_OPTIONS: `--require=${fixture('inside.cjs')} --max-old-space-size=${MAX_HEAP_MB}`,
    CHAOS_INSIDE: folders.inside,
    CHAOS_CLOCK: folders.clock,
    TELEGRAM_BOT_TOKEN: telegram.token,
    ALLOWED_USERS: '1001',
    TELEGRAM_API_ROOT: telegram.apiRoot,
    CCBOT_DIR: folders.dir,
    CCBOT_TMUX: TMUX,
    CCBOT_TMUX_SOCKET: socket,
    CCBOT_CANARY: 'off',
    CLAUDE_COMMAND: `${process.execPath} ${fixture('noting-agent.mjs')} ${folders.notes}`,
    CCBOT_RESTART_BACKOFF: '0.2',
    CCBOT_NET_RETRY_SEC: '0.5',
    CCBOT_HEALTHY_RUN_SEC: '3',
    CCBOT_WORKER_MAX_RSS_MB: String(MAX_RSS_MB),
  };
}

interface Programs {
  start(...args: string[]): { child: ChildProcess; end: Promise<number | string> };
  /** Kills the programs that still run. */
  kill(): void;
}

/** Starts `ccbot` with this environment, and logs the last output of each run. */
function createPrograms(env: Record<string, string>, cwd: string, log: (text: string) => void): Programs {
  const running = new Set<ChildProcess>();
  return {
    start(...args) {
      const child = spawn(process.execPath, [ccbot, ...args], {
        env,
        cwd,
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      running.add(child);
      let output = '';
      child.stderr.on('data', (text: Buffer) => (output = (output + text.toString()).slice(-500)));
      const end = new Promise<number | string>((resolve) =>
        child.once('close', (code, signal) => {
          running.delete(child);
          if (output !== '') log(`    ccbot ${args.join(' ')}: ${output.trim().split('\n')[0] ?? ''}`);
          resolve(code ?? signal ?? '?');
        }),
      );
      return { child, end };
    },
    kill() {
      for (const child of running) child.kill('SIGKILL');
    },
  };
}

/** Kills and reports the processes that outlive ccbot. Only tmux and what runs in it may, but not ccbot's control client. */
async function killLeftOver(dir: string, lockFiles: readonly string[], socket: string): Promise<LeftOver> {
  // The server has the command line of the client that started it.
  const server = Number(tmux(socket, 'display-message', '-p', '#{pid}'));
  const others = () =>
    processesIn(dir).filter(({ pid, argv }) => pid !== server && (argv.includes('-C') || !isUnderTmux(pid)));
  await until(() => others().length === 0, 3_000);
  const left = others();
  for (const { pid } of left) process.kill(pid, 'SIGKILL');
  return {
    processes: left.map(({ argv }) => argv.join(' ')),
    sockets: ['supervisor.sock', 'worker.sock'].filter((name) => existsSync(join(dir, 'run', name))),
    locks: lockFiles.slice(1).filter((path) => existsSync(path)),
  };
}

function tmux(socket: string, ...args: string[]): string {
  const env = { PATH: process.env['PATH'] ?? '' };
  return spawnSync(TMUX, ['-L', socket, ...args], { encoding: 'utf8', env }).stdout;
}

/** Writes another file and renames it, so that a reader gets either the old text or the new one. */
function replaceFile(path: string, text: string): void {
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}
