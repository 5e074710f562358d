import { spawn, spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { mkdirSync, writeFileSync, existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { OWNER, startSandbox } from './sandbox';

/** How the demo is to be run. */
export interface DemoOptions {
  dir: string | undefined;
  /** The agent's command; absent: the scripted agent. */
  agent: string | undefined;
  port: number;
}

/** Runs the sandbox and the real programs against it until a signal ends it, or the supervisor ends; its exit code is passed on. */
export async function runDemo(options: DemoOptions): Promise<number> {
  const resolveFrom = createRequire(__filename).resolve;
  const supervisor = resolveFrom('@ccbot/supervisor/bin');
  const worker = resolveFrom('@ccbot/worker/bin');
  const dir = resolve(options.dir ?? join(homedir(), '.ccbot-sandbox'));
  const project = join(dir, 'project');
  makeProject(project);

  const { telegram, page } = await startSandbox({ port: options.port });
  const scripted = options.agent === undefined;
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    TELEGRAM_BOT_TOKEN: telegram.token,
    TELEGRAM_API_ROOT: telegram.apiRoot,
    ALLOWED_USERS: String(OWNER.id),
    CCBOT_DIR: join(dir, 'state'),
    TMUX_SESSION_NAME: 'ccbot-sandbox',
    CCBOT_TMUX_SOCKET: 'ccbot-sandbox',
    CLAUDE_COMMAND:
      options.agent ?? `"${process.execPath}" "${join(__dirname, '..', 'bin', 'ccbot-scripted-agent.js')}"`,
    // The scripted agent must not touch the files of a real one.
    ...(scripted ? { CLAUDE_CONFIG_DIR: join(dir, 'agent'), CLAUDE_FLAGS: '' } : {}),
  };
  if (scripted) {
    const hooks = spawnSync(process.execPath, [worker, 'hook', '--install'], { env, encoding: 'utf8' });
    if (hooks.status !== 0) process.stderr.write(hooks.stderr);
  }
  if (spawnSync('tmux', ['-V']).status !== 0) {
    say(
      'tmux is not installed: the demo runs without it, but sessions end with ccbot. Install tmux for the real thing.',
    );
  }

  const child = spawn(process.execPath, [supervisor, 'supervise'], {
    env,
    cwd: project,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const ended = new Promise<number>((done) => {
    child.on('error', (error) => {
      say(`the supervisor could not be started: ${error.message}`);
      done(1);
    });
    child.on('exit', (code) => done(code ?? 1));
  });
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    say('stopping …');
    child.kill('SIGTERM');
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);

  const polling = telegram
    .waitFor(() => telegram.polls.length > 0, 60_000)
    .catch(() => {
      say('ccbot does not poll yet; its own lines above say why.');
    });
  await Promise.race([ended, polling]);
  if (child.exitCode === null) {
    say(`\n  Open the chat:  ${page}\n`);
    say(
      `  Write /new to start ${scripted ? 'the scripted agent' : options.agent}, then anything. Ctrl-C ends the demo.`,
    );
    say(`  Its terminal:   tmux -L ccbot-sandbox attach -t ccbot-sandbox\n`);
  }
  const code = await ended;
  spawnSync('tmux', ['-L', 'ccbot-sandbox', 'kill-server'], { stdio: 'ignore' });
  await telegram.close();
  return stopping ? 0 : code;
}

/** A small project for the demo's agent to be in. */
function makeProject(project: string): void {
  mkdirSync(join(project, 'src'), { recursive: true, mode: 0o700 });
  const file = join(project, 'src', 'greet.js');
  if (!existsSync(file)) writeFileSync(file, "export const greet = (name) => 'Hello ' + name;\n");
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
