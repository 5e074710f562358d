import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runDemo, type DemoOptions, type DemoWorld } from './run';

let dir: string;
let output: string[];
let listeners: Set<() => void>;
let changed: (() => void)[];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ccbot-demo-'));
  output = [];
  listeners = new Set();
  changed = [];
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const fixture = (name: string): string => join(__dirname, 'fixtures', name);

function world(env: NodeJS.ProcessEnv = {}): DemoWorld {
  return {
    programs: {
      supervisor: fixture('supervisor.mjs'),
      worker: fixture('worker.mjs'),
      scriptedAgent: '/the/agent.js',
      assets: dir,
    },
    version: '0',
    env: { PATH: process.env['PATH'], HOME: dir, ...env },
    say(text) {
      output.push(text);
      for (const wake of changed.splice(0)) wake();
    },
    onStop(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

const options = (overrides: Partial<DemoOptions> = {}): DemoOptions => ({
  dir: join(dir, 'demo'),
  agent: undefined,
  port: 0,
  verbose: false,
  ...overrides,
});
const all = (): string => output.join('\n');

/** Waits until the demo has printed text that matches. */
async function printed(pattern: RegExp): Promise<RegExpExecArray> {
  for (;;) {
    const found = pattern.exec(all());
    if (found !== null) return found;
    await new Promise<void>((wake) => changed.push(wake));
  }
}
const stop = (): void => [...listeners].forEach((listener) => listener());
const seen = (): { env: Record<string, string>; cwd: string; argv: string[] } =>
  JSON.parse(readFileSync(join(dir, 'demo', 'seen.json'), 'utf8')) as ReturnType<typeof seen>;

it('runs ccbot against the sandbox with its own settings, and shuts it down cleanly', async () => {
  const code = runDemo(
    options(),
    world({ TELEGRAM_BOT_TOKEN: '1:real', TG_PROXY_URL: 'http://p', EDITOR: 'vi' }),
  );
  const [, page = ''] = await printed(/Open the chat: {2}(\S+)/);
  const [, stateDir = ''] = await printed(/Its status: +CCBOT_DIR='([^']+)' npx ccbot status/);
  expect(stateDir).toBe(join(dir, 'demo', 'state'));
  const { env, cwd, argv } = seen();
  expect(argv).toEqual(['supervise']);
  expect(cwd).toBe(join(dir, 'demo', 'project'));
  expect(env).toMatchObject({
    TELEGRAM_API_ROOT: new URL(page).origin,
    ALLOWED_USERS: '7000001',
    CCBOT_DIR: join(dir, 'demo', 'state'),
    TMUX_SESSION_NAME: 'ccbot-sandbox',
    CLAUDE_COMMAND: `"${process.execPath}" "/the/agent.js"`,
    EDITOR: 'vi',
  });
  expect(env['TELEGRAM_BOT_TOKEN']).toMatch(/^\d{9}:[\w-]{35}$/);
  expect(env['CCBOT_TMUX_SOCKET']).toMatch(/^ccbot-sandbox-[0-9a-f]{8}$/);
  expect(env['TG_PROXY_URL']).toBeUndefined();
  expect(readFileSync(join(dir, 'demo', 'agent', 'installed'), 'utf8')).toBe('hook --install --agent claude');
  stop();
  expect(await code).toBe(0);
  expect(output.slice(-2)).toEqual(['stopping …', 'stopped.']);
  expect(listeners.size).toBe(0);
  await expect(fetch(page)).rejects.toThrow();
});

it('shows only warnings unless it is verbose', async () => {
  const quiet = runDemo(options(), world());
  await printed(/Open the chat/);
  stop();
  await quiet;
  expect(all()).toContain('warn: worker: something is odd\n      at a stack');
  expect(all()).not.toContain('all is well');
  output.length = 0;
  const loud = runDemo(options({ verbose: true }), world());
  await printed(/Open the chat/);
  stop();
  await loud;
  expect(all()).toContain('2026-01-01 00:00:00 info  supervisor: all is well');
});

it('names a demo that is already running, and leaves it alone', async () => {
  const first = runDemo(options(), world());
  const [, page = ''] = await printed(/Open the chat: {2}(\S+)/);
  expect(await runDemo(options(), world())).toBe(1);
  expect(output.at(-1)).toContain(`a demo is already running in ${join(dir, 'demo')}. Its chat: ${page}`);
  expect((await fetch(page)).status).not.toBe(404);
  stop();
  expect(await first).toBe(0);
});

it('exits with the code of a ccbot that exits on its own, and shows its last lines', async () => {
  expect(await runDemo(options(), world({ FIXTURE_EXIT: '78' }))).toBe(78);
  expect(output.at(-1)).toMatch(/exited on its own \(code 78\)\. Its last lines:\n[^]*all is well/);
});

it('runs the chosen agent with its own files and flags', async () => {
  const code = runDemo(options({ agent: 'claude' }), world({ CLAUDE_FLAGS: '--model x' }));
  await printed(/tap “Start here” to start claude, then write anything/);
  expect(seen().env).toMatchObject({ CLAUDE_COMMAND: 'claude', CLAUDE_FLAGS: '--model x' });
  expect(seen().env['CLAUDE_CONFIG_DIR']).toBeUndefined();
  stop();
  expect(await code).toBe(0);
  expect(existsSync(join(dir, 'demo', 'agent'))).toBe(false);
});

it('runs Codex as Codex', async () => {
  const code = runDemo(options({ agent: '/opt/bin/codex' }), world({ CODEX_FLAGS: '-m x' }));
  await printed(/start \/opt\/bin\/codex, then write anything/);
  expect(seen().env).toMatchObject({
    CODEX_COMMAND: '/opt/bin/codex',
    CODEX_FLAGS: '-m x',
    CCBOT_AGENT_BACKEND: 'codex',
  });
  expect(seen().env['CLAUDE_COMMAND']).toBeUndefined();
  stop();
  expect(await code).toBe(0);
});

it('takes a relative command from the command line as one of the working directory', async () => {
  const code = runDemo(options({ agent: './my\\ agent --model x' }), world());
  await printed(/then write anything/);
  expect(seen().env['CLAUDE_COMMAND']).toBe(`"${join(process.cwd(), 'my agent')}" "--model" "x"`);
  stop();
  expect(await code).toBe(0);
});

it('releases its directory when its port is in use', async () => {
  const first = runDemo(options(), world());
  const [, page = ''] = await printed(/Open the chat: {2}(\S+)/);
  const other = options({ dir: join(dir, 'other'), port: Number(new URL(page).port) });
  await expect(runDemo(other, world())).rejects.toMatchObject({ code: 'EADDRINUSE' });
  const again = runDemo({ ...other, port: 0 }, world());
  output.length = 0;
  await printed(/Open the chat/);
  stop();
  expect(await Promise.all([first, again])).toEqual([0, 0]);
});

it('starts fresh: nothing of an earlier demo is left in the state', async () => {
  mkdirSync(join(dir, 'demo', 'state', 'run'), { recursive: true });
  mkdirSync(join(dir, 'demo', 'project', 'kept'), { recursive: true });
  const code = runDemo(options(), world());
  await printed(/Open the chat/);
  expect(existsSync(join(dir, 'demo', 'state', 'run'))).toBe(false);
  expect(existsSync(join(dir, 'demo', 'project', 'kept'))).toBe(true);
  stop();
  await code;
});
