import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HookLine } from '@ccbot/shared/protocol/hook';
import { createPerson, type Person } from '@ccbot/sandbox/telegram/person';
import type { User } from '@ccbot/sandbox/telegram/model';
import { startTelegram, type Sandbox } from '@ccbot/sandbox/telegram/server';
import { argvOf, childrenOf } from './proc';

/** Where the clone is; set by scripts/bench.mjs. */
export const root = process.env['CCBOT_ROOT'] ?? process.cwd();

/** The program that `ccbot` starts. */
export const ccbot = join(root, 'packages/supervisor/bin/ccbot.js');

/** One session in the world. */
export interface BenchSession {
  /** ccbot's id of it. */
  id: string;
  name: string;
  person: Person;
  cwd: string;
  transcript: string;
  /** tmux's pane id. */
  pane: string;
}

/** A whole ccbot: supervisor, worker, a tmux server of its own, and the sandbox as Telegram. */
export interface World {
  telegram: Sandbox;
  people: readonly Person[];
  sessions: BenchSession[];
  supervisor: number;
  worker(): number;
  tmuxServer(): number;
  tmuxSocket: string;
  /** Runs a tmux command; what it printed. */
  tmux(...args: string[]): string;
  dir: string;
  env: NodeJS.ProcessEnv;
  /** Opens sessions through the chat, spread over the people, and ties each to a transcript as its hook would. */
  open(count: number): Promise<void>;
  /** Adds a record to a session's transcript; the monotonic time just before, ns. */
  write(session: BenchSession, record: Record<string, unknown>): bigint;
  /** Resolves when the bot has said nothing for `ms`. */
  quiet(ms: number): Promise<void>;
  close(): Promise<void>;
}

const TOKEN = '100000001:SANDBOX_TOKEN_FOR_THE_BENCH_ONLY_000';

/** Starts a world. `agent` is the command that each window runs; `people` how many chats there are. */
export async function startWorld(options: {
  agent: string;
  people: number;
  env?: NodeJS.ProcessEnv;
}): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'ccbot-bench-'));
  const users = Array.from({ length: options.people + 1 }, (_, i): User => ({
    id: 1_001 + i,
    is_bot: false,
    first_name: `Person ${i}`,
  }));
  const [owner, stranger] = [users[0], users.at(-1)];
  if (owner === undefined || stranger === undefined) throw new Error('there has to be one person at least');
  const telegram = await startTelegram({ token: TOKEN, owner, stranger });
  const people = users.slice(0, -1).map((user) => createPerson(telegram.state, user, Date.now));
  (telegram.state.people as User[]).push(...users.slice(1, -1));

  const dir = join(folder, 'ccbot');
  const tmuxSocket = `ccbot-bench-${process.pid}-${folder.slice(-6)}`;
  const home = join(folder, 'home');
  mkdirSync(home);
  const env: NodeJS.ProcessEnv = {
    PATH: process.env['PATH'],
    HOME: home,
    LANG: 'C.UTF-8',
    TERM: 'xterm-256color',
    SHELL: '/bin/sh',
    TELEGRAM_BOT_TOKEN: TOKEN,
    ALLOWED_USERS: people.map((p) => p.user.id).join(','),
    TELEGRAM_API_ROOT: telegram.apiRoot,
    CCBOT_DIR: dir,
    CCBOT_TMUX_SOCKET: tmuxSocket,
    CCBOT_CANARY: 'off',
    CLAUDE_COMMAND: options.agent,
    ...options.env,
  };
  const supervisor = spawn(process.execPath, [ccbot, 'supervise'], {
    cwd: folder,
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  supervisor.stderr.on('data', (chunk: Buffer) => (said = (said + String(chunk)).slice(-4_000)));
  const pid = supervisor.pid ?? 0;
  const tmux = (...args: string[]): string =>
    execFileSync('tmux', ['-L', tmuxSocket, ...args], { encoding: 'utf8', env: { ...env, TMUX: '' } }).trim();

  const world: World = {
    telegram,
    people,
    sessions: [],
    supervisor: pid,
    worker: () => {
      const found = childrenOf(pid).find((child) => argvOf(child).some((a) => /ccbot-worker/.test(a)));
      if (found === undefined) throw new Error(`the worker does not run; the supervisor said:\n${said}`);
      return found;
    },
    tmuxServer: () => Number(tmux('display-message', '-p', '#{pid}')),
    tmuxSocket,
    tmux,
    dir,
    env,
    async open(count) {
      const before = world.sessions.length;
      const fresh = Array.from({ length: count }, (_, i) => {
        const n = before + i;
        const cwd = join(folder, `project-${n}`);
        mkdirSync(cwd);
        const person = people[n % people.length] ?? people[0];
        if (person === undefined) throw new Error('nobody there');
        person.say(`/new s${n} ${cwd}`);
        return { n, cwd, person };
      });
      for (const { n, cwd, person } of fresh) {
        const id = await appearing(
          () => readIf(join(cwd, '.ccbot-session')),
          `session ${n}`,
          () => said,
        );
        const transcript = join(cwd, 'transcript.jsonl');
        writeFileSync(transcript, '');
        world.sessions.push({ id, name: `s${n}`, person, cwd, transcript, pane: '' });
      }
      const panes = new Map(
        tmux('list-panes', '-a', '-F', '#{pane_current_path}\t#{pane_id}')
          .split('\n')
          .map((row) => row.split('\t') as [string, string]),
      );
      for (const session of world.sessions.slice(before)) {
        session.pane = panes.get(session.cwd) ?? '';
        await hook(join(dir, 'run/worker.sock'), session);
      }
    },
    write(session, record) {
      const line = `${JSON.stringify({
        ...record,
        sessionId: session.id,
        cwd: session.cwd,
        timestamp: new Date().toISOString(),
      })}\n`;
      const at = process.hrtime.bigint();
      appendFileSync(session.transcript, line);
      return at;
    },
    async quiet(ms) {
      for (let calls = -1; calls !== chatCalls(telegram);) {
        calls = chatCalls(telegram);
        await delay(ms);
      }
    },
    async close() {
      await ended(supervisor);
      try {
        tmux('kill-server');
      } catch {
        // it ended with its last window
      }
      await telegram.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  try {
    await telegram.waitFor(() => telegram.calls.some((c) => c.method === 'getUpdates'), 20_000);
  } catch {
    await world.close();
    throw new Error(`ccbot did not start to poll; it said:\n${said}`);
  }
  return world;
}

const chatCalls = (telegram: Sandbox): number =>
  telegram.calls.filter((c) => c.method !== 'getUpdates').length;

/** Waits. */
export function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function readIf(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

async function appearing(look: () => string, what: string, said: () => string): Promise<string> {
  for (const until = Date.now() + 60_000; Date.now() < until; await delay(20)) {
    const found = look();
    if (found !== '') return found;
  }
  throw new Error(`${what} did not open; the supervisor said:\n${said()}`);
}

/** Tells the worker what the SessionStart hook of an agent tells. */
async function hook(socket: string, session: BenchSession): Promise<void> {
  const line: HookLine = {
    v: 1,
    kind: 'hook',
    at: Date.now(),
    ccbotSession: session.id,
    pane: session.pane,
    backend: 'claude',
    payload: {
      hook_event_name: 'SessionStart',
      source: 'startup',
      session_id: `bench-${session.id}`,
      transcript_path: session.transcript,
      cwd: session.cwd,
    },
  };
  await new Promise<void>((resolve, reject) => {
    const connection = connect(socket, () => connection.end(`${JSON.stringify(line)}\n`));
    connection.on('error', reject).on('close', () => resolve());
    connection.resume();
  });
}

/** Asks a process to stop, and makes it after 15 s. */
async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 15_000);
  await exit;
  clearTimeout(timer);
}
