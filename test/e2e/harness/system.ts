import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TMUX } from '@ccbot/shared/fixtures/tmux';
import { startModel, type Model } from '@ccbot/sandbox/model/server';
import type { Rule } from '@ccbot/sandbox/model/script';
import { startTelegram, type Sandbox } from '@ccbot/sandbox/telegram/server';

/** The clone; the scripts that bundle a program of it set the variable. */
const root = process.env['CCBOT_ROOT'] ?? join(__dirname, '..', '..', '..');

/** The built programs; `npm test` builds them first. */
export const CCBOT = join(root, 'packages/supervisor/bin/ccbot.js');
export const WORKER = join(root, 'packages/worker/bin/ccbot-worker.js');

/** The programs of an installation, and the Node.js that runs them. */
export interface Programs {
  node: string;
  supervisor: string;
  worker: string;
  scriptedAgent: string;
}

const OF_THIS_CLONE: Programs = {
  node: process.execPath,
  supervisor: CCBOT,
  worker: WORKER,
  scriptedAgent: join(root, 'packages/sandbox/bin/ccbot-scripted-agent.js'),
};

/** A supervisor that has not stopped after this long is killed, ms; processes that it leaves behind fail the test. */
const STOP_MS = 20_000;

export const OWNER = 7001;
export const STRANGER = 8002;

/** The settings with which ccbot keeps Telegram's pace, as it does by default. */
export const AT_TELEGRAMS_PACE = { CCBOT_CHAT_RATE: '1', CARD_EDIT_LAG: '1' };

export interface SystemOptions {
  rules?: readonly Rule[];
  /** Additional settings. */
  settings?: Record<string, string>;
  /** Additional hooks of the agent: event → shell command. */
  hooks?: Record<string, string>;
  /** Additional settings of the agent, such as a status line of the user. */
  agentSettings?: Record<string, unknown>;
  /** The script, when the scripted agent replaces Claude Code. */
  script?: unknown;
  /** True: Codex is set up for the scripted model too; the setting `CCBOT_AGENT_BACKEND` selects it. */
  codex?: boolean;
  /** False: the agent asks whether to trust the project. */
  trusted?: boolean;
  /** True: the Bot API server runs with `--local`, with its files in `bot-api` in the directory of the run. */
  localServer?: boolean;
  /** False: ccbot's hooks are not installed. */
  installHooks?: boolean;
  /** Another installation than this clone's. */
  programs?: Programs;
}

/** The whole system: sandbox Telegram, scripted model, real Claude Code, and tmux on its own socket. */
export interface System {
  telegram: Sandbox;
  model: Model;
  /** Contains all files of this run. */
  dir: string;
  /** The agents' project directory. */
  project: string;
  home: string;
  ccbotDir: string;
  env: Record<string, string>;
  programs: Programs;
  /** Starts `ccbot supervise`. */
  supervise(): Supervisor;
  /** Runs a program of ccbot. Blocks this process, and with it the sandbox: see `runProgram`. */
  run(program: string, ...args: string[]): { status: number | null; stdout: string; stderr: string };
  tmux(...args: string[]): string;
  /** Stops everything. Throws when a process is still alive. */
  stop(): Promise<void>;
}

export interface Supervisor {
  child: ChildProcess;
  /** Its output so far. */
  output(): string;
  /** Resolves with the exit code, or the signal's name. */
  exited: Promise<number | string>;
}

/** Starts the loopback servers and prepares the agents' home; nothing of ccbot runs yet. */
export async function prepareSystem(options: SystemOptions = {}): Promise<System> {
  const claude = options.settings?.['CLAUDE_COMMAND'] ?? claudeProgram();
  const programs = options.programs ?? OF_THIS_CLONE;
  const folders = createFolders();
  const { dir, home, project, ccbotDir } = folders;
  const telegram = await startTelegram({
    token: `${100_000_000 + randomBytes(3).readUIntBE(0, 3)}:${randomBytes(26).toString('base64url')}`,
    owner: user(OWNER, 'Owner'),
    stranger: user(STRANGER, 'Stranger'),
    ...(options.localServer === true ? { filesDir: join(dir, 'bot-api') } : {}),
  });
  const model = await startModel(options.rules);
  const socket = `ccbot-e2e-${randomBytes(6).toString('hex')}`;
  const apiKey = `sk-ant-dummy-${randomBytes(20).toString('hex')}`;
  prepareClaude(folders, options, apiKey);
  const env: Record<string, string> = {
    HOME: home,
    PATH: `${join(programs.node, '..')}:/usr/bin:/bin`,
    LANG: 'C.UTF-8',
    TERM: 'xterm-256color',
    IS_SANDBOX: '1',
    DISABLE_AUTOUPDATER: '1',
    DISABLE_TELEMETRY: '1',
    DISABLE_ERROR_REPORTING: '1',
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    ANTHROPIC_BASE_URL: model.url,
    ANTHROPIC_API_KEY: apiKey,
    TELEGRAM_BOT_TOKEN: telegram.token,
    TELEGRAM_API_ROOT: telegram.apiRoot,
    ALLOWED_USERS: String(OWNER),
    CCBOT_DIR: ccbotDir,
    CCBOT_TMUX: TMUX,
    CCBOT_TMUX_SOCKET: socket,
    CCBOT_CANARY: 'off',
    // The sandbox has no limit; at Telegram's pace a test would spend most of its time waiting for the next message.
    CCBOT_CHAT_RATE: '50',
    CARD_EDIT_LAG: '0.1',
    CLAUDE_COMMAND: claude,
    CLAUDE_FLAGS: '--permission-mode default',
    ...options.settings,
  };
  if (options.codex === true) Object.assign(env, prepareCodex(home, project, model.url), options.settings);
  if (options.script !== undefined) {
    env['CCBOT_SCRIPT'] = join(dir, 'script.json');
    writeFileSync(env['CCBOT_SCRIPT'], JSON.stringify(options.script));
  }
  const supervisors: Supervisor[] = [];
  const system: System = {
    telegram,
    model,
    dir,
    project,
    home,
    ccbotDir,
    env,
    programs,
    run: (program, ...args) => runBlocking(system, program, args),
    supervise() {
      const supervisor = startSupervisor(system);
      supervisors.push(supervisor);
      return supervisor;
    },
    tmux: (...args) =>
      // With the agents' HOME: a tmux server that this command starts passes it on to every window.
      spawnSync(TMUX, ['-L', socket, ...args], {
        encoding: 'utf8',
        env: { PATH: '/usr/bin:/bin', HOME: home },
      }).stdout,
    async stop() {
      await stopSupervisors(supervisors);
      spawnSync(TMUX, ['-L', socket, 'kill-server'], { env: { PATH: '/usr/bin:/bin' } });
      await model.close();
      await telegram.close();
      const left = await leftOver(dir);
      if (process.env['KEEP_E2E'] === undefined) rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
      if (left.length > 0) throw new Error(`still alive after the test: ${left.join('; ')}`);
    },
  };
  if (options.installHooks !== false) installHooks(system);
  return system;
}

const user = (id: number, first_name: string) => ({ id, is_bot: false, first_name });

type Folders = Pick<System, 'dir' | 'home' | 'project' | 'ccbotDir'>;

/** `ccbotDir` is left to ccbot to create. */
function createFolders(): Folders {
  const dir = mkdtempSync(join(tmpdir(), 'ccbot-e2e-'));
  const home = join(dir, 'home');
  const project = join(dir, 'project');
  for (const path of [join(home, '.claude'), project]) mkdirSync(path, { recursive: true });
  return { dir, home, project, ccbotDir: join(dir, 'ccbot') };
}

/** Configures Claude Code so that it starts without any questions. */
function prepareClaude({ home, project }: Folders, options: SystemOptions, apiKey: string): void {
  const state = {
    hasCompletedOnboarding: true,
    theme: 'dark',
    projects: options.trusted === false ? {} : { [project]: { hasTrustDialogAccepted: true } },
    customApiKeyResponses: { approved: [apiKey.slice(-20)] },
  };
  writeFileSync(join(home, '.claude.json'), JSON.stringify(state));
  const hooks = Object.fromEntries(
    Object.entries(options.hooks ?? {}).map(([event, command]) => [
      event,
      [{ hooks: [{ type: 'command', command, timeout: 10 }] }],
    ]),
  );
  const settings = { skipDangerousModePermissionPrompt: true, hooks, ...options.agentSettings };
  writeFileSync(join(home, '.claude/settings.json'), JSON.stringify(settings));
}

function installHooks(system: System): void {
  const { status, stderr } = system.run(system.programs.worker, 'hook', '--install', '--agent', 'all');
  if (status !== 0) throw new Error(`hooks: ${stderr}`);
}

function runBlocking(
  { env, project, programs }: System,
  program: string,
  args: readonly string[],
): ReturnType<System['run']> {
  const { status, stdout, stderr } = spawnSync(programs.node, [program, ...args], {
    env,
    cwd: project,
    encoding: 'utf8',
    timeout: 60_000,
  });
  return { status, stdout, stderr };
}

/** Starts `ccbot supervise` in an environment of its own. */
export function startSupervisor({
  env,
  project,
  programs,
}: Pick<System, 'env' | 'project' | 'programs'>): Supervisor {
  const child = spawn(programs.node, [programs.supervisor, 'supervise'], {
    env,
    cwd: project,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (d: Buffer) => (output += d.toString()));
  const exited = new Promise<number | string>((resolve) =>
    child.on('exit', (code, signal) => resolve(code ?? signal ?? '?')),
  );
  return { child, output: () => output, exited };
}

/** Stops what still runs, and kills what does not stop. */
export async function stopSupervisors(supervisors: readonly Supervisor[]): Promise<void> {
  for (const { child } of supervisors)
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
  const timer = setTimeout(() => supervisors.forEach(({ child }) => child.kill('SIGKILL')), STOP_MS);
  await Promise.all(supervisors.map(({ exited }) => exited));
  clearTimeout(timer);
}

/** The pinned Claude Code, never the one on the PATH. */
export const claudeProgram = (): string => agentProgram('claude');

/** The pinned Codex, never the one on the PATH. */
export const codexProgram = (): string => agentProgram('codex');

const agentPrograms = new Map<string, string>();

function agentProgram(name: string): string {
  const known = agentPrograms.get(name);
  if (known !== undefined) return known;
  const found = spawnSync(process.execPath, [join(root, 'scripts/fetch-agents.mjs'), '--print', name], {
    encoding: 'utf8',
  });
  const path = found.stdout.trim();
  if (!existsSync(path))
    throw new Error(`the pinned ${name} is missing: run \`node scripts/fetch-agents.mjs\``);
  agentPrograms.set(name, path);
  return path;
}

/** Sets up Codex for the scripted model. Returns the variables that it needs. */
function prepareCodex(home: string, project: string, url: string): Record<string, string> {
  mkdirSync(join(home, '.codex'), { recursive: true });
  const config = [
    'model = "gpt-5"',
    'model_provider = "scripted"',
    'check_for_update_on_startup = false',
    '[model_providers.scripted]',
    'name = "scripted"',
    `base_url = "${url}/v1"`,
    'wire_api = "responses"',
    'env_key = "SCRIPTED_KEY"',
    '[analytics]',
    'enabled = false',
    `[projects."${project}"]`,
    'trust_level = "trusted"',
  ];
  writeFileSync(join(home, '.codex/config.toml'), `${config.join('\n')}\n`);
  return {
    SCRIPTED_KEY: 'a-dummy-key',
    CODEX_COMMAND: codexProgram(),
    // Codex asks about new hooks once, at the terminal; the tests trust them.
    CODEX_FLAGS: '--dangerously-bypass-hook-trust -a on-request',
  };
}

/** Command lines of the processes below `dir` that have not exited within some seconds. */
export async function leftOver(dir: string): Promise<string[]> {
  for (let tries = 0; ; tries++) {
    const lines = processesBelow(dir);
    if (lines.length === 0 || tries >= 50) return lines;
    await new Promise((resolve) => setTimeout(resolve, 100)); // no event reports the end of another's process
  }
}

/** Command lines of the processes whose working directory is `dir` or below it. */
function processesBelow(dir: string): string[] {
  return commandLines((pid) => readlinkSync(`/proc/${pid}/cwd`).startsWith(dir));
}

/** Whether a program below `dir` still runs, such as one that stores the compiled form of another. */
export function runsFrom(dir: string): boolean {
  return commandLines(() => true).some((line) => line.includes(`${dir}/`));
}

/** Command lines of the processes of this machine that `isMeant` names; one that it cannot look at is not meant. */
function commandLines(isMeant: (pid: string) => boolean): string[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) => {
    try {
      if (!isMeant(pid)) return [];
      return [readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')].filter(
        (line) => line.trim() !== '', // a zombie has none
      );
    } catch {
      return []; // it ended meanwhile, or is the kernel's
    }
  });
}

/** The pid of the supervisor's worker. Throws when there is none. */
export function workerPid(supervisor: Pick<Supervisor, 'child'>): number {
  const pid = supervisor.child.pid ?? 0;
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);
  const worker = children.find((child) =>
    readFileSync(`/proc/${child}/cmdline`, 'utf8').includes('ccbot-worker'),
  );
  if (worker === undefined) throw new Error('the supervisor has no worker');
  return worker;
}
