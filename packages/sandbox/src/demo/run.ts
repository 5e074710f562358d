import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { SETTINGS } from '@ccbot/shared/config/schema';
import { splitWords } from '@ccbot/shared/config/split-words';
import { OWNER, startSandbox } from '../sandbox';
import { openFolder } from './folder';
import { createOutput } from './output';

/** How the demo is to be run. */
export interface DemoOptions {
  /** Absent: `~/.ccbot-sandbox`. */
  dir: string | undefined;
  /** The agent's command; absent: the scripted agent. */
  agent: string | undefined;
  /** 0: a free one. */
  port: number;
  /** Shows every log line of ccbot. */
  verbose: boolean;
}

/** The programs that the demo starts, as paths of scripts for node. */
export interface DemoPrograms {
  supervisor: string;
  worker: string;
  scriptedAgent: string;
  /** The chat page's files. */
  assets: string;
}

/** What the demo touches of the world around it. */
export interface DemoWorld {
  programs: DemoPrograms;
  version: string;
  env: NodeJS.ProcessEnv;
  say(words: string): void;
  /** Calls back at each wish to end it (Ctrl-C); returns the way to stop listening. */
  onStop(listener: () => void): () => void;
}

/** How long ccbot may take until it polls before the demo says that something is wrong, ms. */
const PATIENCE_MS = 60_000;

/** How long a ccbot that was left running may take to stop, ms. */
const STOP_MS = 30_000;

/** The exit code when the demo cannot be started: as that of ccbot when another one runs. */
const NOT_STARTED = 1;

/** Runs the sandbox and the real programs against it until it is stopped, or the supervisor ends; the exit code. */
export async function runDemo(options: DemoOptions, world: DemoWorld): Promise<number> {
  const { programs, say } = world;
  const home = join(homedir(), '.ccbot-sandbox');
  const dir = resolve(options.dir ?? home);
  // Each directory has a tmux server of its own: a demo ends no other one's sessions.
  const socket =
    dir === home
      ? 'ccbot-sandbox'
      : `ccbot-sandbox-${createHash('sha256').update(dir).digest('hex').slice(0, 8)}`;
  const endTmux = (): void => {
    spawnSync('tmux', ['-L', socket, 'kill-server'], { stdio: 'ignore' });
  };
  const opened = openFolder(dir, world.version, Date.now(), (state) => {
    say('stopping what an earlier demo has left running …');
    spawnSync(process.execPath, [programs.supervisor, 'stop'], {
      env: { ...world.env, CCBOT_DIR: state },
      stdio: 'ignore',
      timeout: STOP_MS,
    });
  });
  if (!opened.ok) {
    say(opened.words);
    return NOT_STARTED;
  }
  const { folder } = opened;
  try {
    endTmux();
    const hasTmux = spawnSync('tmux', ['-V'], { stdio: 'ignore' }).status === 0;
    if (!hasTmux) say('tmux is not installed: the demo runs without it, but its sessions end with ccbot.');
    const sandbox = await startSandbox({ port: options.port, assets: programs.assets });
    try {
      folder.announce(sandbox.page);
      const env: NodeJS.ProcessEnv = {
        ...withoutSettings(world.env),
        TELEGRAM_BOT_TOKEN: sandbox.telegram.token,
        TELEGRAM_API_ROOT: sandbox.telegram.apiRoot,
        ALLOWED_USERS: String(OWNER.id),
        CCBOT_DIR: folder.state,
        TMUX_SESSION_NAME: 'ccbot-sandbox',
        CCBOT_TMUX_SOCKET: socket,
        CCBOT_CANARY: 'off',
        ...agentSettings(options.agent ?? `"${process.execPath}" "${programs.scriptedAgent}"`),
        // The scripted agent must not touch the files of a real one.
        ...(options.agent === undefined ? { CLAUDE_CONFIG_DIR: folder.agent, CLAUDE_FLAGS: '' } : {}),
      };
      if (options.agent === undefined) installHooks(programs, env, say);
      else
        say('A real agent tells ccbot of itself through hooks: `ccbot hook --install` sets them up, once.');
      const welcome = `
  Open the chat:  ${sandbox.page}

  Write /new and tap “Start here” to start ${options.agent ?? 'the scripted agent'}, then write anything. Ctrl-C ends the demo.
${hasTmux ? `  Its terminal:   tmux -L ${socket} attach -t ccbot-sandbox\n` : ''}  How it is:      CCBOT_DIR='${folder.state}' npx ccbot status   (or: logs -f)
`;
      return await supervise(env, folder.project, options.verbose, world, {
        polls: sandbox.telegram.waitFor(() => sandbox.telegram.polls.length > 0, PATIENCE_MS),
        welcome,
      });
    } finally {
      endTmux();
      await sandbox.close();
    }
  } finally {
    folder.close();
  }
}

/** Runs the supervisor to its end; 0 when it was stopped, else its own code. */
async function supervise(
  env: NodeJS.ProcessEnv,
  cwd: string,
  verbose: boolean,
  { programs, say, onStop }: DemoWorld,
  { polls, welcome }: { polls: Promise<boolean>; welcome: string },
): Promise<number> {
  const output = createOutput(verbose, say);
  // A group of its own: Ctrl-C reaches this process alone, which then stops ccbot in order.
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
  let over = false;
  const unlisten = onStop(() => {
    stops++;
    if (stops === 1) {
      say('stopping …');
      child.kill('SIGTERM');
    } else if (stops === 2) {
      say('stopping at once');
      child.kill('SIGKILL');
    }
  });
  polls.then(
    () => {
      if (stops === 0 && !over) say(welcome);
    },
    () => {
      if (stops === 0 && !over) say(`ccbot does not poll yet; its last lines:\n${output.last().join('\n')}`);
    },
  );
  try {
    const code = await ended;
    over = true;
    if (stops > 0) {
      say('stopped.');
      return 0;
    }
    say(`ccbot has ended by itself (code ${code}); its last lines:\n${output.last().join('\n')}`);
    return code;
  } finally {
    unlisten();
  }
}

function installHooks(programs: DemoPrograms, env: NodeJS.ProcessEnv, say: (words: string) => void): void {
  const done = spawnSync(process.execPath, [programs.worker, 'hook', '--install', '--agent', 'claude'], {
    env,
    encoding: 'utf8',
  });
  if (done.status !== 0) say(`the agent's hooks could not be installed: ${done.stderr || done.stdout}`);
}

/** A command whose program is called codex is Codex; every other speaks as Claude Code does. */
function agentSettings(command: string): NodeJS.ProcessEnv {
  const program = basename(splitWords(command)[0] ?? '');
  return /^codex\b/.test(program)
    ? { CODEX_COMMAND: command, CCBOT_AGENT_BACKEND: 'codex' }
    : { CLAUDE_COMMAND: command };
}

/** The environment without settings of a real ccbot, which are none of the demo's; the agent's flags and the log's level stay. */
function withoutSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const stay = new Set(['CLAUDE_FLAGS', 'CODEX_FLAGS', 'LOG_LEVEL']);
  return Object.fromEntries(
    Object.entries(env).filter(([key]) => stay.has(key) || !Object.hasOwn(SETTINGS, key)),
  );
}
