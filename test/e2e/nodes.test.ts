import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { root } from '../repo/files';
import { botMessages, botSays } from './harness/chat';
import { installFor, nodeLine } from './harness/node-line';
import { AT_ONCE } from './harness/script';
import { prepareSystem, runsFrom, workerPid, type Programs, type System } from './harness/system';
import { until } from './harness/until';

const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47]);

/** More than any buffer on the way holds. */
const LARGE = 6 * 1024 * 1024;

/** What Node.js says of what it will no longer do. */
const WARNING = /warning|deprecat|DEP0/i;

let dir: string;
let system: System | undefined;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ccbot-nodes-'));
});
afterEach(async () => {
  await system?.stop();
  system = undefined;
  rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
});

interface Ran {
  code: number | null;
  output: string;
}

/** Runs a program, and gives it `input`. */
function run(
  { env, project }: System,
  program: string,
  args: readonly string[],
  { input = '', more = {} }: { input?: string; more?: Record<string, string> } = {},
): Promise<Ran> {
  const child = spawn(program, args, { cwd: project, env: { ...env, ...more } });
  child.stdin.on('error', () => undefined); // it ended before it read
  child.stdin.end(input);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data: Buffer) => (output += data.toString()));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, output })));
}

/** Runs a program of ccbot as the agent would, in its window's environment. */
function runInSession(of: System, session: string, args: readonly string[]): Promise<Ran> {
  const { node, supervisor } = of.programs;
  const more = { TELEGRAM_BOT_TOKEN: '', CCBOT_SESSION: session };
  return run(of, node, [supervisor, ...args], { more });
}

const files = ({ telegram }: System, kind: 'photo' | 'document') =>
  telegram.owner.fromBot().flatMap(({ media }) => (media?.kind === kind ? [media.file] : []));

/** Runs a test with a system of its own, which is installed for a line of Node.js, beside those for the others. */
const underLine =
  (test: (system: System) => Promise<void>) =>
  async (line: number): Promise<void> => {
    const folder = mkdtempSync(join(tmpdir(), 'ccbot-nodes-'));
    const { node, modules } = nodeLine(line);
    const programs = installFor(folder, node, modules);
    const installed = await prepareSystem({
      programs,
      settings: { CLAUDE_COMMAND: `"${node}" "${programs.scriptedAgent}"`, CLAUDE_FLAGS: '' },
      script: AT_ONCE,
    });
    try {
      await test(installed);
    } finally {
      await installed.stop();
      await until(() => !runsFrom(folder)); // what stores a compiled form
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    }
  };

it.concurrent.each([20, 22, 24, 26])(
  'under Node.js %i, it starts, answers, sends a picture and a file, and prints no warning',
  underLine(async (installed) => {
    const { telegram, project } = installed;
    const supervisor = installed.supervise();
    telegram.owner.say(`/new demo ${project}`);
    telegram.owner.say('hello');
    await botSays(installed, 'done');

    telegram.owner.say('/screenshot');
    const picture = await telegram.waitFor(() => files(installed, 'photo')[0]);
    expect(picture.bytes.subarray(0, 4)).toEqual(PNG);

    const session = installed.tmux('list-panes', '-a', '-F', '#{@ccbot_session}').trim();
    writeFileSync(join(project, 'report.bin'), Buffer.alloc(LARGE, 7));
    const sent = await runInSession(installed, session, ['send-file', 'report.bin']);
    expect(sent).toMatchObject({ code: 0 });
    const file = await telegram.waitFor(() => files(installed, 'document')[0]);
    expect([file.name, file.bytes.length]).toEqual(['report.bin', LARGE]);

    const doctor = await runInSession(installed, session, ['doctor', '--json']);
    expect(checksOf(doctor).filter(({ id }) => ['node', 'addons', 'database'].includes(id))).toEqual(
      Array(3).fill(expect.objectContaining({ verdict: 'ok' })),
    );
    for (const args of [['--version'], ['--help'], ['status'], ['worker', '--help']])
      expect((await runInSession(installed, session, args)).output).not.toMatch(WARNING);
    expect(sent.output).not.toMatch(WARNING);
    expect(telegram.warnings).toEqual([]);
    supervisor.child.kill('SIGTERM');
    expect(await supervisor.exited).toBe(0);
    expect(supervisor.output()).not.toMatch(/DeprecationWarning|DEP0|ExperimentalWarning/);
  }),
);

/** The checks of `ccbot doctor`. */
function checksOf({ output }: Ran): { id: string; verdict: string; detail: string; todo?: string }[] {
  return (JSON.parse(output) as { checks: ReturnType<typeof checksOf> }).checks;
}

describe('with addons that Node.js cannot load', () => {
  const STACK = /^\s+at |node:internal|Require stack/m;
  let programs: Programs;
  const ccbot = (...args: string[]) => run(system as System, programs.node, [programs.supervisor, ...args]);

  /** A line for which the clone's addons are not built. */
  const otherLine = () => nodeLine(process.version.startsWith('v26') ? 24 : 26);

  async function prepare(node: string, modules: string): Promise<System> {
    programs = installFor(dir, node, modules);
    return (system = await prepareSystem({ programs, installHooks: false }));
  }

  it('says what to run in one line and exits with 78, and everything works that needs no addon', async () => {
    await prepare(otherLine().node, join(root, 'node_modules'));
    const refusal = {
      code: 78,
      output: expect.stringMatching(
        /^ccbot: .* fs-ext: it was built for another Node\.js.*\nRun `.*npm rebuild --prefix .* fs-ext`.*\n$/,
      ) as string,
    };
    expect(await ccbot('supervise')).toEqual(refusal);
    expect(await ccbot('supervise', '--patient')).toEqual(refusal); // as the service is started
    expect(await ccbot('worker', '--once')).toEqual(refusal);

    expect(await ccbot('--version')).toMatchObject({ code: 0 });
    expect(await ccbot('--help')).toMatchObject({ code: 0 });
    expect(await ccbot('status')).toMatchObject({ code: 3, output: expect.stringContaining('not running') });
    expect(await ccbot('stop')).toMatchObject({ code: 0 });
    expect(await ccbot('hook', '--install', '--agent', 'claude')).toMatchObject({ code: 0 });
    expect(await ccbot('service', 'print', '--kind', 'systemd')).toMatchObject({ code: 0 });
    const doctor = await ccbot('doctor', '--json');
    expect(doctor.output).not.toMatch(STACK);
    const broken = checksOf(doctor).filter(({ id, verdict }) => id === 'addons' && verdict === 'bad');
    expect(broken.map(({ todo }) => todo)).toEqual([expect.stringMatching(/npm rebuild .* fs-ext`/)]);
  });

  it('lets the hook of an agent do its work, and notes the addon in the log', async () => {
    const system = await prepare(otherLine().node, join(root, 'node_modules'));
    mkdirSync(join(system.ccbotDir, 'logs'), { recursive: true, mode: 0o700 });
    system.tmux('-f', '/dev/null', 'new-session', '-d', '-s', 'some', 'sleep 600');
    const tmux = system.tmux('display-message', '-p', '#{socket_path},#{pid},0').trim();
    const event = { hook_event_name: 'SessionStart', session_id: 's', cwd: '/', transcript_path: '/t.jsonl' };
    const more = { TMUX: tmux, TMUX_PANE: '%0' };
    const hook = await run(system, programs.node, [programs.supervisor, 'hook'], {
      input: JSON.stringify(event),
      more,
    });
    expect(hook).toEqual({ code: 0, output: '' });
    expect(readFileSync(join(system.ccbotDir, 'logs/worker.log'), 'utf8')).toContain('fs-ext does not load');
  });

  it('is healed by the command that it names', async () => {
    const modules = join(root, 'node_modules');
    const system = await prepare(process.execPath, modules);
    for (const name of ['fs-ext', 'nan']) {
      const copy = join(dir, 'node_modules', name);
      rmSync(copy);
      cpSync(join(modules, name), copy, { recursive: true });
    }
    truncateSync(join(dir, 'node_modules/fs-ext/build/Release/fs_ext.node'), 100);
    const refused = await ccbot('supervise');
    expect(refused).toMatchObject({ code: 78, output: expect.not.stringMatching(STACK) as string });
    const command = /^Run `(.*)`\. Then/m.exec(refused.output)?.[1] ?? 'false';
    const { PATH = '', HOME = '' } = process.env; // npm finds the headers of this Node.js as it does for the clone
    expect(await run(system, '/bin/sh', ['-c', command], { more: { PATH, HOME } })).toMatchObject({
      code: 0,
    });
    const supervisor = system.supervise();
    await system.telegram.waitFor(() => system.telegram.polls.length > 0);
    supervisor.child.kill('SIGTERM');
    expect(await supervisor.exited).toBe(0);
  });
});

describe('when Node.js was upgraded and the old version is removed', () => {
  const EVENT = { hook_event_name: 'UserPromptSubmit', session_id: 's', cwd: '/', prompt: 'x' };
  /** A version of a version manager: this Node.js, under another path. */
  function install(version: string): string {
    const node = join(dir, '.nvm/versions/node', version, 'bin/node');
    mkdirSync(dirname(node), { recursive: true });
    cpSync(process.execPath, node);
    return node;
  }

  it('restarts the worker, runs the hooks, and starts the service with the version that is there', async () => {
    const old = install('v22.1.0');
    const programs = installFor(dir, old, join(root, 'node_modules'));
    system = await prepareSystem({
      programs,
      settings: { CLAUDE_COMMAND: `"${process.execPath}" "${programs.scriptedAgent}"`, CLAUDE_FLAGS: '' },
      script: AT_ONCE,
    });
    const { telegram, project, home } = system;
    const unit = (await run(system, old, [programs.supervisor, 'service', 'print', '--kind', 'systemd']))
      .output;
    const supervisor = system.supervise();
    telegram.owner.say(`/new demo ${project}`);
    telegram.owner.say('hello');
    await botSays(system, 'done');

    install('v24.0.1');
    rmSync(join(dir, '.nvm/versions/node/v22.1.0'), { recursive: true });
    process.kill(workerPid(supervisor), 'SIGKILL');
    telegram.owner.say('again');
    await telegram.waitFor(() => botMessages(system as System, 'done').length > 1);
    expect(readFileSync(`/proc/${workerPid(supervisor)}/cmdline`, 'utf8')).toContain('v24.0.1');

    const settings = readFileSync(join(home, '.claude/settings.json'), 'utf8');
    const hooks = JSON.parse(settings) as { hooks: Record<string, { hooks: { command: string }[] }[]> };
    const command = hooks.hooks['UserPromptSubmit']?.[0]?.hooks[0]?.command ?? 'false';
    const hook = await run(system, '/bin/sh', ['-c', command], { input: JSON.stringify(EVENT) });
    expect(hook).toEqual({ code: 0, output: '' });

    supervisor.child.kill('SIGTERM');
    expect(await supervisor.exited).toBe(0);
    const words = [...(/^ExecStart=(.*)$/m.exec(unit)?.[1]?.matchAll(/"([^"]*)"/g) ?? [])].map(
      ([, word = '']) => word,
    );
    const polls = telegram.polls.length;
    const { env } = system;
    const service = spawn(words[0] ?? 'false', words.slice(1), { env, cwd: home, stdio: 'ignore' });
    try {
      await telegram.waitFor(() => telegram.polls.length > polls);
    } finally {
      service.kill('SIGTERM');
    }
    expect(await once(service, 'exit')).toEqual([0, null]);
  });
});
