import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
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
import { TMUX } from '@ccbot/shared/fixtures/tmux';
import type { HookLine } from '@ccbot/shared/protocol/hook';
import { createPerson, type Person } from '@ccbot/sandbox/telegram/person';
import type { User } from '@ccbot/sandbox/telegram/model';
import { startTelegram, type Sandbox } from '@ccbot/sandbox/telegram/server';
import { ccbot } from './place';
import { argvOf, childrenOf } from './proc';

export interface BenchSession {
  /** ccbot's session id. */
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
  /** Pid of the supervisor. */
  supervisor: number;
  /** Pid of the worker. Throws when it does not run. */
  worker(): number;
  /** Pid of the tmux server. */
  tmuxServer(): number;
  tmuxSocket: string;
  /** Runs a tmux command. Returns its output. */
  tmux(...args: string[]): string;
  /** For `CCBOT_DIR`. */
  dir: string;
  env: NodeJS.ProcessEnv;
  /** Opens sessions from the chats, spread over the users, and connects each to a transcript as its hook would. */
  open(count: number): Promise<void>;
  /** Binds a session to a transcript, as the hook of an agent does that resumes a conversation. */
  bind(session: BenchSession, transcript: string): Promise<void>;
  /** Appends a record to a session's transcript. Returns the monotonic time just before, ns. */
  write(session: BenchSession, record: Record<string, unknown>): bigint;
  /** Resolves when the bot has made no call for `ms`. */
  quiet(ms: number): Promise<void>;
  close(): Promise<void>;
}

const TOKEN = '100000001:SANDBOX_TOKEN_FOR_THE_BENCH_ONLY_000';

interface WorldOptions {
  /** The command that runs in each window. */
  agent: string;
  /** Number of users, each with a chat. */
  people: number;
  /** Additional settings. */
  env?: NodeJS.ProcessEnv;
  /** What the names of its sessions begin with. */
  sessionPrefix?: string;
  /** Is given the database of a ccbot that ran once, before it starts. */
  fill?(database: string): void;
}

export async function startWorld(options: WorldOptions): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'ccbot-bench-'));
  const { telegram, people } = await startChats(options.people);
  const dir = join(folder, 'ccbot');
  const home = join(folder, 'home');
  mkdirSync(home);
  const tmuxSocket = `ccbot-bench-${process.pid}-${folder.slice(-6)}`;
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
    CCBOT_TMUX: TMUX,
    CCBOT_TMUX_SOCKET: tmuxSocket,
    CCBOT_CANARY: 'off',
    CLAUDE_COMMAND: options.agent,
    ...options.env,
  };
  if (options.fill !== undefined) {
    await runOnce(folder, env);
    options.fill(join(dir, 'ccbot.db'));
  }
  const supervisor = startSupervisor(folder, env);
  const tmux = (...args: string[]): string =>
    execFileSync(TMUX, ['-L', tmuxSocket, ...args], { encoding: 'utf8', env: { ...env, TMUX: '' } }).trim();

  const world: World = {
    telegram,
    people,
    sessions: [],
    supervisor: supervisor.pid,
    worker() {
      const worker = childrenOf(supervisor.pid).find((child) =>
        argvOf(child).some((word) => /ccbot-worker/.test(word)),
      );
      if (worker === undefined)
        throw new Error(`the worker does not run; output of the supervisor:\n${supervisor.output()}`);
      return worker;
    },
    tmuxServer: () => Number(tmux('display-message', '-p', '#{pid}')),
    tmuxSocket,
    tmux,
    dir,
    env,
    open: (count) => openSessions(world, folder, { count, prefix: options.sessionPrefix ?? 's' }, supervisor),
    async bind(session, transcript) {
      session.transcript = transcript;
      await reportStart(join(dir, 'run/worker.sock'), session, 'resume');
    },
    write,
    async quiet(ms) {
      for (let calls = -1; calls !== chatCalls(telegram);) {
        calls = chatCalls(telegram);
        await delay(ms);
      }
    },
    async close() {
      await supervisor.stop();
      try {
        tmux('kill-server');
      } catch {
        // the server exited with its last window
      }
      await telegram.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  try {
    await telegram.waitFor(() => telegram.calls.some((c) => c.method === 'getUpdates'), 20_000);
  } catch {
    await world.close();
    throw new Error(`ccbot did not start to poll; output of the supervisor:\n${supervisor.output()}`);
  }
  return world;
}

/** Runs a worker that polls once; the sandbox in this process answers it meanwhile. */
async function runOnce(cwd: string, env: NodeJS.ProcessEnv): Promise<void> {
  const worker = spawn(process.execPath, [ccbot, 'worker', '--once'], { cwd, env, stdio: 'ignore' });
  const [code] = (await once(worker, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`ccbot worker --once ended with ${code}`);
}

/** Starts the sandbox with this many users that the bot knows, and a stranger. */
async function startChats(count: number): Promise<{ telegram: Sandbox; people: Person[] }> {
  const users = Array.from({ length: count + 1 }, (_, i): User => ({
    id: 1_001 + i,
    is_bot: false,
    first_name: `Person ${i}`,
  }));
  const owner = users[0];
  const stranger = users.at(-1);
  if (owner === undefined || stranger === undefined) throw new Error('at least one user is needed');
  const telegram = await startTelegram({ token: TOKEN, owner, stranger });
  const people = users.slice(0, -1).map((user) => createPerson(telegram.state, user, Date.now));
  (telegram.state.people as User[]).push(...users.slice(1, -1));
  return { telegram, people };
}

interface Supervisor {
  pid: number;
  /** The last output on stderr. */
  output(): string;
  /** Asks it to stop; kills it after 15 s. */
  stop(): Promise<void>;
}

function startSupervisor(cwd: string, env: NodeJS.ProcessEnv): Supervisor {
  const child = spawn(process.execPath, [ccbot, 'supervise'], {
    cwd,
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let output = '';
  child.stderr.on('data', (chunk: Buffer) => (output = (output + String(chunk)).slice(-4_000)));
  return {
    pid: child.pid ?? 0,
    output: () => output,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exit = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 15_000);
      await exit;
      clearTimeout(timer);
    },
  };
}

async function openSessions(
  { people, sessions, dir, tmux }: World,
  folder: string,
  { count, prefix }: { count: number; prefix: string },
  supervisor: Supervisor,
): Promise<void> {
  const before = sessions.length;
  const requested = Array.from({ length: count }, (_, i) => {
    const n = before + i;
    const cwd = join(folder, `project-${n}`);
    mkdirSync(cwd);
    const person = people[n % people.length];
    if (person === undefined) throw new Error('there are no users');
    person.say(`/new ${prefix}${n} ${cwd}`);
    return { n, cwd, person };
  });
  for (const { n, cwd, person } of requested) {
    const id = await appearing(join(cwd, '.ccbot-session'));
    if (id === null)
      throw new Error(`session ${n} did not open; output of the supervisor:\n${supervisor.output()}`);
    const transcript = join(cwd, 'transcript.jsonl');
    writeFileSync(transcript, '');
    sessions.push({ id, name: `${prefix}${n}`, person, cwd, transcript, pane: '' });
  }
  const panes = new Map(
    tmux('list-panes', '-a', '-F', '#{pane_current_path}\t#{pane_id}')
      .split('\n')
      .map((row) => row.split('\t') as [string, string]),
  );
  for (const session of sessions.slice(before)) {
    session.pane = panes.get(session.cwd) ?? '';
    await reportStart(join(dir, 'run/worker.sock'), session);
  }
}

function write(session: BenchSession, record: Record<string, unknown>): bigint {
  const line = `${JSON.stringify({
    ...record,
    sessionId: session.id,
    cwd: session.cwd,
    timestamp: new Date().toISOString(),
  })}\n`;
  const writtenNs = process.hrtime.bigint();
  appendFileSync(session.transcript, line);
  return writtenNs;
}

const chatCalls = (telegram: Sandbox): number =>
  telegram.calls.filter((c) => c.method !== 'getUpdates').length;

export function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** The text of a file once there is one; null after a minute. */
async function appearing(path: string): Promise<string | null> {
  for (const until = Date.now() + 60_000; Date.now() < until; await delay(20)) {
    const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
    if (text !== '') return text;
  }
  return null;
}

/** Sends the worker what the SessionStart hook of an agent sends. */
async function reportStart(
  socket: string,
  session: BenchSession,
  source: 'startup' | 'resume' = 'startup',
): Promise<void> {
  const line: HookLine = {
    v: 1,
    kind: 'hook',
    at: Date.now(),
    ccbotSession: session.id,
    pane: session.pane,
    backend: 'claude',
    payload: {
      hook_event_name: 'SessionStart',
      source,
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
