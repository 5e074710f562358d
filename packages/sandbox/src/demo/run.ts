import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { basename, isAbsolute, join, resolve } from 'node:path';
import { SETTINGS } from '@ccbot/shared/config/schema';
import { splitWords } from '@ccbot/shared/config/split-words';
import { OWNER, startSandbox, type SandboxWithPage } from '../sandbox';
import { openFolder, type DemoFolder } from './folder';
import { createOutput } from './output';

export interface DemoOptions {
  /** Absent: `~/.ccbot-sandbox`. */
  dir: string | undefined;
  /** The agent's command; absent: the scripted agent. */
  agent: string | undefined;
  /** 0: a free port. */
  port: number;
  /** Show every log line of ccbot. */
  verbose: boolean;
}

/** Paths of the scripts that the demo runs with node. */
export interface DemoPrograms {
  supervisor: string;
  worker: string;
  scriptedAgent: string;
  /** Directory of the chat page's files. */
  assets: string;
}

export interface DemoWorld {
  programs: DemoPrograms;
  version: string;
  env: NodeJS.ProcessEnv;
  /** Prints to the terminal. */
  say(text: string): void;
  /** Calls the listener at each request to stop, such as Ctrl-C. Returns the function that removes it. */
  onStop(listener: () => void): () => void;
}

/** When ccbot does not poll after this long, the demo shows its last log lines, ms. */
const POLL_MS = 60_000;

/** Time limit for stopping a leftover ccbot, ms. */
const STOP_MS = 30_000;

/** Exit code when the demo cannot start: ccbot's own when another instance holds the lock. */
const NOT_STARTED = 1;

/** Runs the sandbox, and ccbot against it, until the user stops it or the supervisor exits. Resolves with the exit code. */
export async function runDemo(options: DemoOptions, world: DemoWorld): Promise<number> {
  const dir = resolve(options.dir ?? defaultDir());
  const opened = openFolder(dir, world.version, Date.now(), (state) => stopLeftOver(world, state));
  if (!opened.ok) {
    world.say(opened.message);
    return NOT_STARTED;
  }
  const { folder } = opened;
  const socket = tmuxSocket(dir);
  try {
    killTmux(world.env, socket);
    const sandbox = await startSandbox({ port: options.port, assets: world.programs.assets });
    try {
      folder.announce(sandbox.page);
      return await runCcbot(options, world, { folder, sandbox, socket });
    } finally {
      killTmux(world.env, socket);
      await sandbox.close();
    }
  } finally {
    folder.close();
  }
}

function defaultDir(): string {
  return join(homedir(), '.ccbot-sandbox');
}

/** Each directory has its own tmux server, so that a demo never kills the sessions of another demo. */
function tmuxSocket(dir: string): string {
  if (dir === defaultDir()) return 'ccbot-sandbox';
  return `ccbot-sandbox-${createHash('sha256').update(dir).digest('hex').slice(0, 8)}`;
}

/** The tmux program, as ccbot chooses it. */
const tmuxProgram = (env: NodeJS.ProcessEnv): string => env['CCBOT_TMUX'] || 'tmux';

function killTmux(env: NodeJS.ProcessEnv, socket: string): void {
  spawnSync(tmuxProgram(env), ['-L', socket, 'kill-server'], { stdio: 'ignore' });
}

function stopLeftOver({ programs, env, say }: DemoWorld, state: string): void {
  say('stopping a ccbot that an earlier demo left running …');
  spawnSync(process.execPath, [programs.supervisor, 'stop'], {
    env: { ...env, CCBOT_DIR: state },
    stdio: 'ignore',
    timeout: STOP_MS,
  });
}

interface Demo {
  folder: DemoFolder;
  sandbox: SandboxWithPage;
  /** Name of the tmux server's socket. */
  socket: string;
}

async function runCcbot(options: DemoOptions, world: DemoWorld, demo: Demo): Promise<number> {
  const { say } = world;
  const { telegram } = demo.sandbox;
  const hasTmux = spawnSync(tmuxProgram(world.env), ['-V'], { stdio: 'ignore' }).status === 0;
  if (!hasTmux)
    say('tmux is not installed: the demo works without it, but sessions end together with ccbot.');
  const env = demoEnvironment(options, world, demo);
  if (options.agent === undefined) installHooks(world, env);
  else say('A real agent reports to ccbot through hooks. Install them once with `ccbot hook --install`.');
  return supervise(env, demo.folder.project, options.verbose, world, {
    polls: telegram.waitFor(() => telegram.polls.length > 0, POLL_MS),
    welcome: welcomeText(options, demo, hasTmux ? tmuxProgram(world.env) : null),
  });
}

function demoEnvironment(
  { agent }: DemoOptions,
  { programs, env }: DemoWorld,
  { folder, sandbox, socket }: Demo,
): NodeJS.ProcessEnv {
  return {
    ...withoutSettings(env),
    TELEGRAM_BOT_TOKEN: sandbox.telegram.token,
    TELEGRAM_API_ROOT: sandbox.telegram.apiRoot,
    ALLOWED_USERS: String(OWNER.id),
    CCBOT_DIR: folder.state,
    TMUX_SESSION_NAME: 'ccbot-sandbox',
    CCBOT_TMUX_SOCKET: socket,
    CCBOT_CANARY: 'off',
    ...agentSettings(agent ?? `"${process.execPath}" "${programs.scriptedAgent}"`),
    // The scripted agent must not touch the files of a real agent.
    ...(agent === undefined ? { CLAUDE_CONFIG_DIR: folder.agent, CLAUDE_FLAGS: '' } : {}),
  };
}

function welcomeText({ agent }: DemoOptions, { folder, sandbox, socket }: Demo, tmux: string | null): string {
  const lines = [
    `Open the chat:  ${sandbox.page}`,
    '',
    `Write /new and tap “Start here” to start ${agent ?? 'the scripted agent'}, then write anything. Ctrl-C ends the demo.`,
    ...(tmux !== null ? [`Its terminal:   ${tmux} -L ${socket} attach -t ccbot-sandbox`] : []),
    `Its status:     CCBOT_DIR='${folder.state}' npx ccbot status   (or: logs -f)`,
  ];
  return `\n${lines.map((line) => (line === '' ? '' : `  ${line}`)).join('\n')}\n`;
}

interface Startup {
  /** Resolves when ccbot polls; rejects when it does not poll in time. */
  polls: Promise<boolean>;
  /** Shown once ccbot polls. */
  welcome: string;
}

/** Runs the supervisor until it exits. Resolves with 0 when the user stopped it, else with its exit code. */
async function supervise(
  env: NodeJS.ProcessEnv,
  cwd: string,
  verbose: boolean,
  { programs, say, onStop }: DemoWorld,
  { polls, welcome }: Startup,
): Promise<number> {
  const output = createOutput(verbose, say);
  // In a process group of its own: Ctrl-C reaches only this process, which then shuts ccbot down.
  const child = spawn(process.execPath, [programs.supervisor, 'supervise'], {
    env,
    cwd,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk: string) => output.take(chunk));
  const ended = new Promise<number>((done) => {
    child.on('error', (error) => {
      say(`the supervisor could not be started: ${error.message}`);
      done(NOT_STARTED);
    });
    child.on('close', (code) => done(code ?? NOT_STARTED));
  });
  let stops = 0;
  let hasExited = false;
  const unlisten = onStop(() => {
    stops++;
    if (stops === 1) {
      say('stopping …');
      child.kill('SIGTERM');
    } else if (stops === 2) {
      say('stopping immediately');
      child.kill('SIGKILL');
    }
  });
  polls.then(
    () => {
      if (stops === 0 && !hasExited) say(welcome);
    },
    () => {
      if (stops === 0 && !hasExited)
        say(`ccbot has not polled yet. Its last lines:\n${output.last().join('\n')}`);
    },
  );
  try {
    const code = await ended;
    hasExited = true;
    if (stops > 0) {
      say('stopped.');
      return 0;
    }
    say(`ccbot exited on its own (code ${code}). Its last lines:\n${output.last().join('\n')}`);
    return code;
  } finally {
    unlisten();
  }
}

function installHooks({ programs, say }: DemoWorld, env: NodeJS.ProcessEnv): void {
  const argv = [programs.worker, 'hook', '--install', '--agent', 'claude'];
  const { status, stdout, stderr } = spawnSync(process.execPath, argv, { env, encoding: 'utf8' });
  if (status !== 0) say(`the agent's hooks could not be installed: ${stderr || stdout}`);
}

/** A program named codex is Codex; any other is expected to behave like Claude Code. */
function agentSettings(written: string): NodeJS.ProcessEnv {
  const [program = '', ...args] = splitWords(written);
  // Written on the command line, so a relative path is meant from here. In settings it would be refused.
  const isRelative = program.includes('/') && !isAbsolute(program);
  const command = isRelative ? [resolve(program), ...args].map(quoted).join(' ') : written;
  return /^codex\b/.test(basename(program))
    ? { CODEX_COMMAND: command, CCBOT_AGENT_BACKEND: 'codex' }
    : { CLAUDE_COMMAND: command };
}

const quoted = (word: string): string => `"${word.replace(/["\\$`]/g, '\\$&')}"`;

/** The environment without the settings of a real ccbot; the agents' flags and the log level stay. */
function withoutSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = new Set(['CCBOT_TMUX', 'CLAUDE_FLAGS', 'CODEX_FLAGS', 'LOG_LEVEL']);
  return Object.fromEntries(
    Object.entries(env).filter(([key]) => kept.has(key) || !Object.hasOwn(SETTINGS, key)),
  );
}
