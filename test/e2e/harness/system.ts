import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startModel, type Model } from '@ccbot/sandbox/model/server';
import type { Rule } from '@ccbot/sandbox/model/script';
import { startTelegram, type Sandbox } from '@ccbot/sandbox/telegram/server';

const root = join(__dirname, '..', '..', '..');

/** The programs as they are installed, built by `npm test` before. */
export const CCBOT = join(root, 'packages/supervisor/bin/ccbot.js');
export const WORKER = join(root, 'packages/worker/bin/ccbot-worker.js');

/** A supervisor that has not stopped after this long, ms, is killed; what it leaves behind fails the test. */
const PATIENCE_MS = 20_000;

export const OWNER = 7001;
export const STRANGER = 8002;

export interface SystemOptions {
  rules?: readonly Rule[];
  /** Settings beside the usual ones. */
  settings?: Record<string, string>;
  /** More hooks for the agent, `event → shell command`. */
  hooks?: Record<string, string>;
  /** More of the agent's own settings, such as a status line of the person's. */
  agentSettings?: Record<string, unknown>;
  /** What the scripted agent plays, where it takes the place of Claude Code. */
  script?: unknown;
  /** True: Codex is there too, set up for the scripted model; `CCBOT_AGENT_BACKEND` among the settings chooses it. */
  codex?: boolean;
  /** False: the agent asks whether it may trust the project. */
  trusted?: boolean;
  /** False: the hooks of ccbot are not installed. */
  installHooks?: boolean;
}

/** The whole system on real parts: sandbox Telegram, scripted model, real Claude Code, tmux on a socket of its own. */
export interface System {
  telegram: Sandbox;
  model: Model;
  /** Everything of this run lies below. */
  dir: string;
  /** The agents' project directory. */
  project: string;
  home: string;
  ccbotDir: string;
  env: Record<string, string>;
  /** Starts `ccbot supervise`. */
  supervise(): Supervisor;
  /** Runs a program of ccbot to its end. */
  run(program: string, ...args: string[]): { status: number | null; stdout: string; stderr: string };
  tmux(...args: string[]): string;
  /** Ends everything; throws when something of it is still alive. */
  stop(): Promise<void>;
}

export interface Supervisor {
  child: ChildProcess;
  /** What it printed so far. */
  output(): string;
  /** Resolves with the exit code, or the signal's name. */
  exited: Promise<number | string>;
}

/** Starts the loopback parts and prepares the agent's home; nothing of ccbot runs yet. */
export async function prepareSystem(options: SystemOptions = {}): Promise<System> {
  const claude = options.settings?.['CLAUDE_COMMAND'] ?? claudeProgram();
  const dir = mkdtempSync(join(tmpdir(), 'ccbot-e2e-'));
  const [home, project, ccbotDir] = ['home', 'project', 'ccbot'].map((n) => join(dir, n)) as [
    string,
    string,
    string,
  ];
  for (const path of [join(home, '.claude'), project]) mkdirSync(path, { recursive: true });
  const token = `${100_000_000 + randomBytes(3).readUIntBE(0, 3)}:${randomBytes(26).toString('base64url')}`;
  const person = (id: number, first_name: string) => ({ id, is_bot: false, first_name });
  const telegram = await startTelegram({
    token,
    owner: person(OWNER, 'Owner'),
    stranger: person(STRANGER, 'Stranger'),
  });
  const model = await startModel(options.rules);
  const socket = `ccbot-e2e-${randomBytes(6).toString('hex')}`;
  const key = `sk-ant-dummy-${randomBytes(20).toString('hex')}`;
  writeFileSync(
    join(home, '.claude.json'),
    JSON.stringify({
      hasCompletedOnboarding: true,
      theme: 'dark',
      projects: options.trusted === false ? {} : { [project]: { hasTrustDialogAccepted: true } },
      customApiKeyResponses: { approved: [key.slice(-20)] },
    }),
  );
  const hooks = Object.fromEntries(
    Object.entries(options.hooks ?? {}).map(([event, command]) => [
      event,
      [{ hooks: [{ type: 'command', command, timeout: 10 }] }],
    ]),
  );
  writeFileSync(
    join(home, '.claude/settings.json'),
    JSON.stringify({ skipDangerousModePermissionPrompt: true, hooks, ...options.agentSettings }),
  );
  const env: Record<string, string> = {
    HOME: home,
    PATH: `${join(process.execPath, '..')}:/usr/bin:/bin`,
    LANG: 'C.UTF-8',
    TERM: 'xterm-256color',
    IS_SANDBOX: '1',
    DISABLE_AUTOUPDATER: '1',
    DISABLE_TELEMETRY: '1',
    DISABLE_ERROR_REPORTING: '1',
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    ANTHROPIC_BASE_URL: model.url,
    ANTHROPIC_API_KEY: key,
    TELEGRAM_BOT_TOKEN: token,
    TELEGRAM_API_ROOT: telegram.apiRoot,
    ALLOWED_USERS: String(OWNER),
    CCBOT_DIR: ccbotDir,
    CCBOT_TMUX_SOCKET: socket,
    CCBOT_CANARY: 'off',
    CLAUDE_COMMAND: claude,
    CLAUDE_FLAGS: '--permission-mode default',
    ...options.settings,
  };
  if (options.codex === true) Object.assign(env, prepareCodex(home, project, model.url), options.settings);
  if (options.script !== undefined) {
    env['CCBOT_SCRIPT'] = join(dir, 'script.json');
    writeFileSync(env['CCBOT_SCRIPT'], JSON.stringify(options.script));
  }
  const children: Supervisor[] = [];

  const run: System['run'] = (program, ...args) => {
    const done = spawnSync(process.execPath, [program, ...args], {
      env,
      cwd: project,
      encoding: 'utf8',
      timeout: 60_000,
    });
    return { status: done.status, stdout: done.stdout, stderr: done.stderr };
  };
  if (options.installHooks !== false) {
    const installed = run(WORKER, 'hook', '--install', '--agent', 'all');
    if (installed.status !== 0) throw new Error(`hooks: ${installed.stderr}`);
  }

  return {
    telegram,
    model,
    dir,
    project,
    home,
    ccbotDir,
    env,
    run,
    supervise() {
      const child = spawn(process.execPath, [CCBOT, 'supervise'], {
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
      const supervisor = { child, output: () => output, exited };
      children.push(supervisor);
      return supervisor;
    },
    tmux: (...args) =>
      // With the home of the agents: a server that this one starts gives its own to every window.
      spawnSync('tmux', ['-L', socket, ...args], {
        encoding: 'utf8',
        env: { PATH: '/usr/bin:/bin', HOME: home },
      }).stdout,
    async stop() {
      for (const { child } of children)
        if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      const late = setTimeout(() => children.forEach(({ child }) => child.kill('SIGKILL')), PATIENCE_MS);
      await Promise.all(children.map((c) => c.exited));
      clearTimeout(late);
      spawnSync('tmux', ['-L', socket, 'kill-server'], { env: { PATH: '/usr/bin:/bin' } });
      await model.close();
      await telegram.close();
      const left = await leftOver(dir);
      if (process.env['KEEP_E2E'] === undefined) rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
      if (left.length > 0) throw new Error(`still alive after the test: ${left.join('; ')}`);
    },
  };
}

/** The pinned Claude Code; never one found on the PATH. */
export const claudeProgram = (): string => agentProgram('claude');

/** The pinned Codex; never one found on the PATH. */
export const codexProgram = (): string => agentProgram('codex');

function agentProgram(name: string): string {
  const found = spawnSync(process.execPath, [join(root, 'scripts/fetch-agents.mjs'), '--print', name], {
    encoding: 'utf8',
  });
  const path = found.stdout.trim();
  if (!existsSync(path))
    throw new Error(`the pinned ${name} is missing: run \`node scripts/fetch-agents.mjs\``);
  return path;
}

/** Sets Codex up for the scripted model; the settings and variables that it needs. */
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
    // New hooks are asked about once at the terminal; the tests trust them.
    CODEX_FLAGS: '--dangerously-bypass-hook-trust -a on-request',
  };
}

/** Processes that work below `dir` and have not ended within some seconds. */
export async function leftOver(dir: string): Promise<string[]> {
  for (let look = 0; ; look++) {
    const found = spawnSync(
      'sh',
      [
        '-c',
        `for p in /proc/[0-9]*; do readlink "$p/cwd" 2>/dev/null | grep -q "^${dir}" && tr '\\0' ' ' < "$p/cmdline" && echo; done; true`,
      ],
      { encoding: 'utf8' },
    );
    const lines = found.stdout.split('\n').filter((line) => line.trim() !== '');
    if (lines.length === 0 || look >= 50) return lines;
    await new Promise((resolve) => setTimeout(resolve, 100)); // the kernel tells no stranger of a process's end
  }
}

/** The pid of the running worker, from its supervisor's children. */
export function workerPid(supervisor: Supervisor): number {
  const pid = supervisor.child.pid ?? 0;
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);
  const worker = children.find((child) =>
    readFileSync(`/proc/${child}/cmdline`, 'utf8').includes('ccbot-worker'),
  );
  if (worker === undefined) throw new Error('the supervisor has no worker');
  return worker;
}
