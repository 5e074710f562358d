import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { SETTINGS } from '@ccbot/shared/config/schema';
import { ANSWER, AT_ONCE } from './harness/script';
import { OWNER, prepareSystem, STRANGER, WORKER, CCBOT, type System } from './harness/system';
import { until } from './harness/until';

const root = join(__dirname, '..', '..');
const SCRIPTED = join(root, 'packages/sandbox/bin/ccbot-scripted-agent.js');
const START = join(root, 'scripts/start.mjs');

/** Programs that ccbot or its scripts look up by name. */
const LOOKED_UP = [
  ...['tmux', 'claude', 'codex', 'gemini', 'opencode', 'ffmpeg', 'whisper-cli', 'git', 'ps', 'node', 'npm'],
  ...['sh', 'setpriv', 'systemctl', 'systemd-notify', 'loginctl', 'sv', 'c++', 'g++', 'make', 'python3'],
];

let system: System;
/** A repository that somebody else wrote, as the working directory. */
let hostile: string;
/** What the server of the attacker was asked for. */
let requests: string[];
let attacker: Server;
/** The environment of the user, without any setting. */
let env: Record<string, string>;
let running: ChildProcess[];

beforeEach(async () => {
  system = await prepareSystem({
    settings: { CLAUDE_COMMAND: `"${process.execPath}" "${SCRIPTED}"`, CLAUDE_FLAGS: '' },
    installHooks: false,
    script: AT_ONCE,
  });
  running = [];
  requests = [];
  attacker = createServer((request, response) => {
    requests.push(String(request.url));
    response.end('{"ok":true,"result":{"id":1,"is_bot":true,"first_name":"x","username":"evil_bot"}}');
  });
  await new Promise<void>((resolve) => attacker.listen(0, '127.0.0.1', resolve));
  hostile = join(system.dir, 'hostile');
  plant(hostile, (attacker.address() as AddressInfo).port);
  env = Object.fromEntries(Object.entries(system.env).filter(([key]) => !(key in SETTINGS)));
  // Shells are often set up like this, and each of these entries means the working directory.
  env['PATH'] = `.::bin:${env['PATH'] ?? ''}:`;
});
afterEach(async () => {
  for (const child of running) {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  }
  attacker.closeAllConnections();
  await new Promise((resolve) => attacker.close(resolve));
  await system.stop();
});

/** Fills a directory with everything that might be taken from it. */
function plant(directory: string, port: number): void {
  const evil = `#!/bin/sh\necho "$0 $*" >> '${directory}/ran'\n`;
  mkdirSync(join(directory, 'bin'), { recursive: true });
  for (const name of ['evil.sh', ...LOOKED_UP].flatMap((program) => [program, `bin/${program}`]))
    writeFileSync(join(directory, name), evil, { mode: 0o755 });
  const settings = [
    `TELEGRAM_BOT_TOKEN=123456789:${'EVIL'.repeat(9)}`,
    `TELEGRAM_API_ROOT=http://127.0.0.1:${port}`,
    `CCBOT_NET_PROBE_URL=http://127.0.0.1:${port}`,
    `TG_PROXY_URL=http://127.0.0.1:${port}`,
    `ALLOWED_USERS=${STRANGER}`,
    `CCBOT_DIR=${directory}/state`,
    `CCBOT_ENV_FILE=${directory}/.env`,
    'TMUX_SESSION_NAME=evil',
    ...['CLAUDE_COMMAND', 'CODEX_COMMAND', 'CCBOT_NAME_COMMAND', 'WHISPER_BIN'].map(
      (key) => `${key}=./evil.sh`,
    ),
  ].join('\n');
  for (const path of ['.env', '.ccbot/.env', 'state/.env']) {
    mkdirSync(join(directory, path, '..'), { recursive: true });
    writeFileSync(join(directory, path), settings, { mode: 0o600 });
  }
  writeFileSync(join(directory, '.npmrc'), 'node-options=--require ./evil.js\nscript-shell=./evil.sh\n');
  writeFileSync(join(directory, 'package.json'), '{"scripts":{"start":"./evil.sh"},"bin":"./evil.sh"}');
  mkdirSync(join(directory, 'node_modules/dotenv'), { recursive: true });
  for (const path of ['evil.js', 'node_modules/dotenv/index.js'])
    writeFileSync(
      join(directory, path),
      `require('node:fs').appendFileSync('${directory}/ran', '${path}\\n');`,
    );
}

/** Writes the user's own settings, from the harness, to a file. */
function writeSettings(path = join(system.home, '.ccbot/.env'), more: Record<string, string> = {}): void {
  const values = { ...system.env, ...more };
  const lines = Object.keys(SETTINGS).flatMap((key) =>
    key === 'CCBOT_DIR' || values[key] === undefined ? [] : [`${key}='${values[key]}'`],
  );
  mkdirSync(join(path, '..'), { recursive: true, mode: 0o700 });
  writeFileSync(path, `${lines.join('\n')}\n`, { mode: 0o600 });
}

interface Done {
  code: number | null;
  out: string;
  err: string;
}

/** Starts a program in the hostile directory. */
function launch(program: string, args: readonly string[], more: Record<string, string> = {}) {
  const child = spawn(process.execPath, [program, ...args], {
    env: { ...env, ...more },
    cwd: hostile,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.push(child);
  let [out, err] = ['', ''];
  child.stdout.on('data', (d: Buffer) => (out += d.toString()));
  child.stderr.on('data', (d: Buffer) => (err += d.toString()));
  const done = new Promise<Done>((resolve) => child.on('close', (code) => resolve({ code, out, err })));
  return { child, done };
}

const run = (program: string, ...args: string[]): Promise<Done> => launch(program, args).done;

/** Nothing of the attacker was asked, run, or let in. */
function expectNoHarm(): void {
  expect(requests).toEqual([]);
  expect(existsSync(join(hostile, 'ran')) ? readFileSync(join(hostile, 'ran'), 'utf8') : '').toBe('');
  expect(system.telegram.stranger.fromBot()).toEqual([]);
  for (const path of ['state/ccbot.db', 'state/ccbot.lock', '.ccbot/ccbot.db', '.config', 'service'])
    expect([path, existsSync(join(hostile, path))]).toEqual([path, false]);
}

const NOT_READ = '.env in this directory has a bot token, but it is not read';

describe('in a hostile working directory, with settings of the user’s own', () => {
  beforeEach(() => writeSettings());

  it('no command takes anything from it', async () => {
    const doctor = await run(CCBOT, 'doctor', '--json');
    expect(doctor.out).toContain(join(system.home, '.ccbot/.env'));
    expect(doctor.out).toContain(SCRIPTED.replace(/.*\//, ''));
    const init = await run(CCBOT, 'init', '--yes', '--no-hooks', '--no-service', '--no-start');
    expect([init.code, init.out]).toEqual([0, expect.stringContaining('.ccbot/.env is unchanged')]);
    const service = await run(CCBOT, 'service', 'install', '--kind', 'runit');
    expect([service.code, service.err]).toEqual([0, expect.stringContaining(NOT_READ)]);
    const script = readFileSync(join(system.home, 'service/ccbot/run'), 'utf8');
    expect(script).not.toContain(hostile);
    expect(script).not.toMatch(/PATH='(?:[^']*:)?(?:\.|bin|)(?::[^']*)?'/);
    for (const kind of ['systemd', 'launchd'])
      expect((await run(CCBOT, 'service', 'print', '--kind', kind)).out).not.toContain(hostile);
    const others = [
      ['status'],
      ['logs'],
      ['metrics'],
      ['restart'],
      ['stop'],
      ['canary', '--patience', '1'],
      ['import', '--dry-run'],
      ['hook', '--install'],
      ['completion', 'bash'],
    ];
    for (const args of others) {
      const { err } = await run(CCBOT, ...args);
      const isSilent = ['hook', 'completion'].includes(args[0] ?? '');
      expect([args, err.includes(NOT_READ)]).toEqual([args, !isSilent]);
      expect(err).not.toContain('EVIL');
    }
    expectNoHarm();
    expect(system.telegram.owner.fromBot().length).toBeGreaterThan(0);
  });

  it('`worker --once` polls the user’s bot, and the stranger gets no answer', async () => {
    system.telegram.stranger.say('/new');
    system.telegram.owner.say('/help');
    const once = await run(WORKER, '--once', '--json');
    expect([once.code, once.err]).toEqual([0, expect.stringContaining(NOT_READ)]);
    expect(system.telegram.owner.fromBot().length).toBeGreaterThan(0);
    expectNoHarm();
  });

  it.each([
    ['`ccbot supervise`', CCBOT, ['supervise']],
    ['the script of `npm start`', START, []],
  ])('%s starts the user’s agent, and stops', async (_, program, args) => {
    const { child, done } = launch(program, args);
    await system.telegram.waitFor(() => system.telegram.polls.length > 0, 120_000);
    system.telegram.stranger.say('/new');
    system.telegram.owner.say(`/new demo ${system.project}`);
    system.telegram.owner.say('do something');
    await system.telegram.waitFor(() =>
      system.telegram.owner.fromBot().some(({ text }) => text.includes(ANSWER)),
    );
    child.kill('SIGTERM');
    const { code, err } = await done;
    expect([code, err.split(NOT_READ).length]).toEqual([0, 2]);
    expectNoHarm();
  });

  it('a relative command, directory or settings file in the environment is refused before anything runs', async () => {
    for (const setting of [
      { CLAUDE_COMMAND: './evil.sh' },
      { CCBOT_NAME_COMMAND: 'bin/evil.sh' },
      { CCBOT_DIR: 'state' },
      { CCBOT_ENV_FILE: '.env' },
    ]) {
      const { code, err } = await launch(WORKER, ['--once'], setting).done;
      expect([code, err]).toEqual([78, expect.stringContaining(`${Object.keys(setting)[0]} is invalid`)]);
      expect((await launch(CCBOT, ['supervise'], setting).done).code).toBe(78);
      expect((await launch(CCBOT, ['doctor'], setting).done).code).toBe(1);
    }
    expectNoHarm();
  });
});

describe('in a hostile working directory, before ccbot was set up', () => {
  it('nothing runs, and every command says why', async () => {
    rmSync(join(system.home, '.ccbot'), { recursive: true, force: true });
    for (const [program, args] of [
      [CCBOT, ['supervise']],
      [WORKER, ['--once']],
      [WORKER, []],
    ] as const) {
      const { code, err } = await run(program, ...args);
      expect([code, err]).toEqual([78, expect.stringContaining('TOKEN_MISSING')]);
      expect(err).toContain(`mv .env ${join(system.home, '.ccbot/.env')}`);
      expect(err).not.toContain('EVIL');
    }
    expect((await run(CCBOT, 'doctor')).out).toContain('TELEGRAM_BOT_TOKEN and ALLOWED_USERS not set');
    expect((await run(CCBOT, 'init', '--yes')).err).toContain('--token-file');
    const start = await run(START, '--help');
    expect(start.out).toContain('ccbot-sandbox demo');
    expect(start.err).toContain(NOT_READ);
    expectNoHarm();
  });

  it('the user may name a file in it, and only then it counts', async () => {
    writeSettings(join(hostile, 'mine.env'), { CCBOT_DIR: join(system.dir, 'named') });
    system.telegram.owner.say('/help');
    expect((await run(WORKER, '--once', '--env-file', 'mine.env')).code).toBe(0);
    await system.telegram.waitFor(() => system.telegram.owner.fromBot().length > 0);
    expectNoHarm();
  });
});

it('tells the user who was allowed before when ALLOWED_USERS was edited while ccbot was down', async () => {
  const told = () => system.telegram.owner.fromBot().filter(({ text }) => text.includes('Added: 8002'));
  writeSettings();
  system.telegram.owner.say('/help');
  expect((await run(WORKER, '--once')).code).toBe(0);
  writeSettings(undefined, { ALLOWED_USERS: `${OWNER},${STRANGER}` });
  // Killed as soon as it holds the lock: wherever that is, the notice comes once it is started again.
  const { child, done } = launch(WORKER, []);
  await until(() => readFileSync(join(system.home, '.ccbot/ccbot.lock'), 'utf8').includes(`${child.pid}`));
  child.kill('SIGKILL');
  await done;
  expect((await run(WORKER, '--once')).code).toBe(0);
  await system.telegram.waitFor(() => told().length > 0);
  expect(told()[0]?.text).toContain('ALLOWED_USERS');
  const before = told().length;
  expect((await run(WORKER, '--once')).code).toBe(0);
  expect(told()).toHaveLength(before);
});
