// Reads: packages/worker/src/agents/ packages/worker/src/hook/ scripts/identities.mjs
import { build } from 'esbuild';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type * as Registry from '../../packages/worker/src/agents/registry';
import { identitiesAsData } from '../../scripts/identities.mjs';

/** An agent that nobody has heard of: all of it is this one file of its folder. */
const KIND = `
import type { AgentKind } from '../kind';
import { permissionRequests } from '../permission';

export const parrot: AgentKind = {
  id: 'parrot',
  programs: ['parrot', 'parrot-beta'],
  pidVariable: 'PARROT_PID',
  statusLine: false,
  title: 'Parrot',
  args: ['name', 'path'],
  settings: { command: ['cat', '-'], flags: ['-u'] },
  hooks: { file: (home) => home + '/.parrot/hooks.json', events: { SessionStart: 10, PermissionRequest: 60 } },
  deny: null,
  requests: permissionRequests({ limitMs: null, subAgentLimitMs: null, planModes: [], title: (tool) => tool }),
  ownVariables: /^PARROT_/,
  canary: null,
  create: () => ({
    id: 'parrot',
    title: 'Parrot',
    launch: ({ command, flags }) => [...command, ...flags],
    readiness: () => 'ready',
    typing: (text) => [{ kind: 'text', text }, { kind: 'key', key: 'Enter' }],
    submitting: () => [{ kind: 'key', key: 'Enter' }],
    inputLine: () => ({ is: 'empty' }),
    interrupt: () => [{ kind: 'key', key: 'C-c' }],
    reader: () => ({ read: () => [] }),
    discover: () => Promise.resolve(null),
  }),
};
`;

/** Starts it from the chat, on all stations of the worker but the terminal; prints what came of it. */
const TRY = `
import { KernelUnderTest } from './kernel';

const w = new KernelUnderTest();
async function run() {
  await w.open();
  w.telegram.owner.say('/new @parrot demo');
  const card = await w.until(() => w.said('Parrot')[0]);
  await w.eventually(() => w.panes.opened.length === 1);
  w.panes.show(w.session, ['> ']);
  w.telegram.owner.say('pretty bird');
  await w.eventually(() => w.panes.received(w.session) === 'pretty bird\\r');
  w.telegram.owner.say('/help');
  const help = await w.until(() => w.telegram.owner.fromBot().find((m) => m.keyboard.flat().length > 2));
  w.telegram.owner.tap('🚀 First steps', help.id);
  const helped = await w.until(() => w.said('/new @parrot [name] [path]')[0]);
  return { card: card.text, argv: w.panes.opened[0]?.argv, help: helped !== undefined };
}
run()
  .then((done) => console.log(JSON.stringify(done)))
  .catch((error) => {
    console.error(error);
    process.exitCode = 1;
  })
  .finally(() => w.close());
`;

const root = join(__dirname, '../..');
let dir: string;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'ccbot-new-agent-'));
  const sources = join(dir, 'packages/worker/src');
  cpSync(join(root, 'packages/worker/src'), sources, { recursive: true });
  cpSync(join(root, 'packages/worker/package.json'), join(dir, 'packages/worker/package.json'));
  symlinkSync(join(root, 'node_modules'), join(dir, 'node_modules'));
  mkdirSync(join(sources, 'agents/parrot'));
  writeFileSync(join(sources, 'agents/parrot/kind.ts'), KIND);
  writeFileSync(join(sources, 'fixtures/try.ts'), TRY);
  appendFileSync(join(sources, 'agents/list.ts'), "export { parrot } from './parrot/kind';\n");
  await build({
    absWorkingDir: dir,
    entryPoints: {
      worker: `${sources}/main.ts`,
      hook: `${sources}/hook/main.ts`,
      registry: `${sources}/agents/registry.ts`,
      try: `${sources}/fixtures/try.ts`,
    },
    outdir: join(dir, 'dist'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    logLevel: 'warning',
    external: ['@napi-rs/canvas', '@photostructure/sqlite', 'fs-ext', 'node-pty'],
    plugins: [identitiesAsData()],
  });
}, 60_000);
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const program = (name: string): string => join(dir, 'dist', `${name}.js`);
const env = () => ({ PATH: process.env['PATH'] ?? '', HOME: dir, CCBOT_DIR: join(dir, 'state') });

describe('a new agent: one folder, and one line of registration', () => {
  it('is in the registry, behind the usual one, and is made by its name', () => {
    // oxlint-disable-next-line typescript/no-require-imports -- a program that was made a moment ago
    const made = require(program('registry')) as typeof Registry;
    expect(made.KINDS.map(({ id }) => id)).toEqual(['claude', 'codex', 'parrot', 'shell']);
    const { agent, kind } = made.chooseAgent(made.createAgents({}), 'parrot');
    expect([agent.title, kind.title]).toEqual(['Parrot', 'Parrot']);
    expect(made.ownVariables().some((own) => own.test('PARROT_PID'))).toBe(true);
  });

  it('has its hooks installed, and they are its own', () => {
    const done = spawnSync(process.execPath, [program('worker'), 'hook', '--install', '--agent', 'parrot'], {
      env: env(),
      encoding: 'utf8',
    });
    expect([done.status, done.stderr]).toEqual([0, '']);
    expect(done.stdout).toMatch(/^Parrot: .*hooks\.json: changed/);
    expect(readFileSync(join(dir, '.parrot/hooks.json'), 'utf8')).toMatch(/hook\.js' parrot/);
  });

  it('is known to the hook, which says to the worker who runs it', async () => {
    // The hook speaks only to a socket that no other user can reach.
    mkdirSync(join(dir, 'state/run'), { recursive: true, mode: 0o700 });
    const server = createServer();
    const socket = join(dir, 'state/run/worker.sock');
    server.listen(socket);
    await once(server, 'listening');
    chmodSync(socket, 0o600);
    const heard = once(server, 'connection').then(([peer]) => text(peer as NodeJS.ReadableStream));
    const hook = spawn(process.execPath, [program('hook'), 'parrot'], {
      env: env(),
      stdio: ['pipe', 'inherit', 'inherit'],
    });
    hook.stdin.end(JSON.stringify({ hook_event_name: 'Stop', session_id: 'abc' }));
    expect(JSON.parse(await heard)).toMatchObject({ kind: 'hook', backend: 'parrot' });
    server.close();
    expect(readFileSync(program('hook'), 'utf8')).toContain('parrot-beta'); // so that one inside of it is seen as nested
  });

  it('is started by its name in the chat, gets what is written, and stands in the help', () => {
    const done = spawnSync(process.execPath, [program('try')], { env: env(), encoding: 'utf8' });
    expect([done.status, done.stderr]).toEqual([0, '']);
    expect(JSON.parse(done.stdout)).toMatchObject({
      card: expect.stringContaining('demo · Parrot') as string,
      argv: [expect.stringMatching(/\/cat$/) as string, '-', '-u'],
      help: true,
    });
  });
});
