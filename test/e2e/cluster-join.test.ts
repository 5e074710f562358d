import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { clusterNames } from '@ccbot/shared/cluster/names';
import { startTelegram, type Sandbox } from '@ccbot/sandbox/telegram/server';
import type { Check } from '@ccbot/shared/doctor/check';
import { atTerminal } from '@ccbot/shared/fixtures/terminal';
import { connectNats } from '../../packages/worker/src/cluster/nats-client';
import type { ClusterLink } from '../../packages/worker/src/cluster/link';
import { handledKey, machineKey, sessionKey } from '../../packages/worker/src/cluster/shared/keys';
import { sharedSession } from '../../packages/worker/src/fixtures/other-machines';
import { root } from '../repo/files';
import { startNats, type Nats, type NatsOptions } from './harness/nats';
import { runProgram } from './harness/run-program';

const TOKEN = `123456789:${'A'.repeat(35)}`;
const CCBOT = join(root, 'packages/supervisor/bin/ccbot.js');
const USERS = 'authorization { users: [{ user: ada, password: "open-sesame" }] }';

let dir: string;
let nats: Nats | undefined;
let env: Record<string, string>;
let settings: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ccbot-join-'));
  const ccbotDir = join(dir, 'state');
  mkdirSync(ccbotDir, { mode: 0o700 });
  settings = join(ccbotDir, '.env');
  writeFileSync(settings, `# mine\nTELEGRAM_BOT_TOKEN=${TOKEN}\nALLOWED_USERS=42\n`, { mode: 0o600 });
  env = {
    HOME: dir,
    PATH: `${dirname(process.execPath)}:/usr/bin:/bin`,
    CCBOT_DIR: ccbotDir,
    LANG: 'C.UTF-8',
  };
});
afterEach(async () => {
  await nats?.close();
  nats = undefined;
  rmSync(dir, { recursive: true, force: true });
});

const start = async (options?: NatsOptions): Promise<string> => (nats = await startNats(dir, options)).url;
const cluster = (...args: string[]) =>
  runProgram({ env, project: dir } as Parameters<typeof runProgram>[0], CCBOT, 'cluster', ...args);
const saved = (): string => readFileSync(settings, 'utf8');

function credentials(text = 'ada:open-sesame\n', mode = 0o600): string {
  const path = join(dir, 'creds');
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

describe('ccbot cluster doctor', () => {
  const set = (...lines: string[]): void => writeFileSync(settings, `${saved()}${lines.join('\n')}\n`);

  async function checks(): Promise<{ code: number | null; all: Check[]; bad: Check[] }> {
    const { code, stdout, stderr } = await cluster('doctor', '--json');
    if (stdout === '') throw new Error(stderr);
    const { checks: all } = JSON.parse(stdout) as { checks: Check[] };
    return { code, all, bad: all.filter(({ verdict }) => verdict === 'bad') };
  }

  it('finds nothing broken in a server that is fit, with the credentials it wants', async () => {
    set(`CCBOT_CLUSTER_URL=${await start({ config: USERS })}`, `CCBOT_CLUSTER_CREDS=${credentials()}`);
    const { code, all, bad } = await checks();
    expect([code, bad]).toEqual([0, []]);
    expect(all.map(({ id }) => id)).toContain('cluster-clock');
    const { stdout } = await cluster('doctor');
    expect(stdout).toContain('nothing is broken');
  });

  it.each([
    ['nothing listens', 'cluster-reach', () => Promise.resolve([`CCBOT_CLUSTER_URL=nats://127.0.0.1:1`])],
    [
      'others can read the credentials',
      'cluster-settings',
      async () => [`CCBOT_CLUSTER_URL=${await start()}`, `CCBOT_CLUSTER_CREDS=${credentials('a:b', 0o644)}`],
    ],
    [
      'the credentials are wrong',
      'cluster-auth',
      async () => [
        `CCBOT_CLUSTER_URL=${await start({ config: USERS })}`,
        `CCBOT_CLUSTER_CREDS=${credentials('ada:mellon')}`,
      ],
    ],
    [
      'JetStream is off',
      'cluster-jetstream',
      async () => [`CCBOT_CLUSTER_URL=${await start({ jetstream: false })}`],
    ],
    [
      'one server is asked for three copies',
      'cluster-data',
      async () => [`CCBOT_CLUSTER_URL=${await start()}`, 'CCBOT_CLUSTER_REPLICAS=3'],
    ],
  ])('names the one thing that is broken, with what to do, when %s', async (_what, id, lines) => {
    set(...(await lines()));
    const { code, all, bad } = await checks();
    expect(code).toBe(1);
    expect(bad).toMatchObject([{ id, todo: expect.stringMatching(/\w/) as string }]);
    const failed = all.findIndex((check) => check.id === id);
    expect(all.slice(0, failed).every(({ verdict }) => verdict === 'ok')).toBe(true);
    expect(JSON.stringify(all)).not.toContain('mellon');
    // `ccbot doctor` has the same.
    const { stdout } = await runProgram(
      { env, project: dir } as Parameters<typeof runProgram>[0],
      CCBOT.replace('supervisor/bin/ccbot.js', 'worker/dist/ccbot-worker.js'),
      'doctor',
    );
    expect((JSON.parse(stdout) as { checks: Check[] }).checks).toContainEqual(bad[0]);
  });

  it('says without a cluster that this machine works alone', async () => {
    expect(await cluster('doctor')).toMatchObject({
      code: 3,
      stdout: expect.stringContaining('works alone') as string,
    });
  });
});

describe('ccbot cluster join', () => {
  it('checks the cluster, writes its settings and leaves the others as they are', async () => {
    const url = await start({ config: USERS });
    credentials();
    const before = saved();
    const joined = await cluster('join', url, '--host', 'Ada', '--creds', 'creds', '--yes');
    expect(joined).toMatchObject({ code: 0, stderr: '' });
    expect(joined.stdout).toContain('ccbot restart');
    expect(saved()).toBe(
      `${before}CCBOT_CLUSTER_URL=${url}\nCCBOT_HOST=ada\nCCBOT_CLUSTER_CREDS=${join(dir, 'creds')}\n`,
    );
    // What ccbot wrote itself is no change by others.
    expect(existsSync(join(env['CCBOT_DIR'] ?? '', 'approved.json'))).toBe(true);
    expect((await cluster('status')).stdout).toContain('ada (this one): has never joined');
  });

  it('writes nothing when a check fails, when it may not ask, or when a value cannot take effect', async () => {
    const before = saved();
    expect(await cluster('join', 'nats://127.0.0.1:1', '--yes')).toMatchObject({ code: 1 });
    expect(await cluster('join', 'http://a', '--yes')).toMatchObject({ code: 78 });
    const url = await start();
    expect(await cluster('join', url)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--yes') as string,
    });
    env['CCBOT_HOST'] = 'bob';
    expect(await cluster('join', url, '--yes')).toMatchObject({
      code: 78,
      stderr: expect.stringContaining('CCBOT_HOST is set in the environment') as string,
    });
    expect(saved()).toBe(before);
  });

  it('does not take the name of a machine that is up', async () => {
    const url = await start();
    const none = { kind: 'none' as const };
    const as = {
      servers: [url],
      host: 'x',
      credentials: none,
      ca: null,
      replicas: 1,
      isInsecureAllowed: false,
    };
    const link = await connectNats(as, clusterNames(TOKEN), '123456789');
    const row = { schema: 1, id: 'other', instance: 'i', version: '1', startedAt: 1, state: 'up' };
    await link.state.put(machineKey('ada'), JSON.stringify(row));
    await link.close();
    const { code, stdout } = await cluster('join', url, '--host', 'ada', '--yes');
    expect(code).toBe(1);
    expect(stdout).toContain('already called ada');
  });
});

describe('ccbot cluster leave', () => {
  const joinAda = async (): Promise<string> => {
    const before = saved();
    const { code, stderr } = await cluster('join', await start(), '--host', 'ada', '--yes');
    if (code !== 0) throw new Error(stderr);
    return before;
  };

  it('warns of the danger and removes the settings only after its name was typed', async () => {
    const before = await joinAda();
    const joined = saved();
    expect(await cluster('leave')).toMatchObject({ code: 2 });
    const leaveAtTerminal = async (answer: string): Promise<{ code: number; output: string }> => {
      const terminal = atTerminal([process.execPath, CCBOT, 'cluster', 'leave'], {
        env,
        cwd: dir,
        columns: 200,
      });
      await terminal.sees('Type ada to leave');
      terminal.types(`${answer}\r`);
      return { code: await terminal.end, output: terminal.output() };
    };
    expect((await leaveAtTerminal('yes')).code).toBe(1);
    expect(saved()).toBe(joined);
    const { code, output } = await leaveAtTerminal('ada');
    expect([code, output]).toEqual([0, expect.stringContaining('Two pollers on one bot')]);
    expect(output).toContain('ccbot restart');
    // The name stays: it is not of the cluster alone.
    expect(saved()).toBe(`${before}CCBOT_HOST=ada\n`);
  });

  it('works while the cluster is away, and has nothing to do afterwards', async () => {
    await joinAda();
    await nats?.kill();
    expect(await cluster('leave', '--yes')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('The cluster does not answer') as string,
    });
    expect(await cluster('leave', '--yes')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('works alone already') as string,
    });
  });
});

describe('ccbot cluster forget', () => {
  const none = { kind: 'none' as const };
  const names = clusterNames(TOKEN);

  /** A link as `ada`, which has joined; `gpu` was stopped, with an update that waits for it and a session. */
  async function withGpu(state: 'up' | 'stopped' = 'stopped'): Promise<ClusterLink> {
    const url = await start();
    writeFileSync(settings, `${saved()}CCBOT_CLUSTER_URL=${url}\nCCBOT_HOST=ada\n`);
    const as = {
      servers: [url],
      host: 'ada',
      credentials: none,
      ca: null,
      replicas: 1,
      isInsecureAllowed: false,
    };
    const link = await connectNats(as, names, '123456789');
    const row = (id: string, of: string) =>
      JSON.stringify({ schema: 1, id, instance: 'i', version: '1', startedAt: 1, state: of });
    await link.state.put(machineKey('ada'), row('ada', 'up'));
    await link.state.put(machineKey('gpu'), row('gpu', state));
    await link.state.put(handledKey('gpu', 7), JSON.stringify({ update: 1, awaits: 'no' }));
    for (const host of ['gpu', 'ada'])
      await link.state.put(sessionKey(host), JSON.stringify(sharedSession(host, `of-${host}`, { id: host })));
    for (const host of ['gpu', 'ada']) await link.stream.admit(host, 0);
    await link.stream.append({ subject: names.to('gpu'), body: '{"update_id":1}', epoch: 1, update: 1 }, 0);
    await link.stream.append({ subject: names.to('ada'), body: '{"update_id":2}', epoch: 1, update: 2 }, 1);
    return link;
  }

  it('names what is lost, asks, and removes the machine with everything of it and of no other', async () => {
    const link = await withGpu();
    expect(await cluster('forget', 'gpu')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/1 update waits for it[^]*use --yes/) as string,
    });
    const terminal = atTerminal([process.execPath, CCBOT, 'cluster', 'forget', 'gpu'], {
      env,
      cwd: dir,
      columns: 200,
    });
    await terminal.sees('Type gpu to forget it');
    terminal.types('yes\r');
    expect(await terminal.end).toBe(1);
    expect((await link.state.get(machineKey('gpu')))?.value).not.toBeNull();
    const { code, stdout } = await cluster('forget', 'GPU', '--yes', '--json');
    expect([code, JSON.parse(stdout)]).toEqual([
      0,
      { forgotten: true, host: 'gpu', waiting: 1, sessions: 1 },
    ]);
    for (const key of [machineKey('gpu'), sessionKey('gpu'), handledKey('gpu', 7)])
      expect([key, (await link.state.get(key))?.value]).toEqual([key, null]);
    for (const key of [machineKey('ada'), sessionKey('ada')])
      expect((await link.state.get(key))?.value).toContain('ada');
    await expect(link.stream.waiting('gpu')).rejects.toThrow();
    expect(await link.stream.waiting('ada')).toBe(1);
    // The next poller continues where the last one was.
    expect(await link.stream.last()).toMatchObject({ sequence: 2, update: 2 });
    expect(await link.stream.append({ subject: names.epoch, body: '{}', epoch: 2, update: null }, 2)).toBe(3);
    expect((await cluster('status')).stdout).not.toContain('gpu');
    expect(await cluster('forget', 'gpu', '--yes')).toMatchObject({ code: 1 });
    await link.close();
  });

  it('keeps the newest record of all, also if it waits for that machine', async () => {
    const link = await withGpu();
    await link.stream.append({ subject: names.to('gpu'), body: '{"update_id":3}', epoch: 1, update: 3 }, 2);
    expect(await cluster('forget', 'gpu', '--yes')).toMatchObject({ code: 0, stderr: '' });
    expect(await link.stream.last()).toMatchObject({ sequence: 3, update: 3 });
    // It joins again as a new machine, and gets nothing from before.
    await link.stream.admit('gpu', 3);
    expect(await link.stream.waiting('gpu')).toBe(0);
    await link.close();
  });

  it.each([
    ['gpu', 'up', 'is up. Stop ccbot there first'],
    ['ada', 'self', 'is this machine'],
    ['>', 'unknown', 'There is no machine machine'],
    ['cyd', 'unknown', 'There are: ada, gpu'],
  ])('refuses %s, which is %s', async (host, why, text) => {
    const link = await withGpu('up');
    const { code, stdout, stderr } = await cluster('forget', host, '--yes', '--json');
    expect([code, stderr]).toEqual([1, expect.stringContaining(text)]);
    expect(JSON.parse(stdout)).toMatchObject({ forgotten: false, why });
    expect((await link.state.get(machineKey('gpu')))?.value).toContain('gpu');
    await link.close();
  });

  it('has codes for a cluster that is away, and for none', async () => {
    expect(await cluster('forget', 'gpu', '--yes')).toMatchObject({
      code: 3,
      stdout: expect.stringContaining('works alone') as string,
    });
    writeFileSync(settings, `${saved()}CCBOT_CLUSTER_URL=nats://127.0.0.1:1\n`);
    expect(await cluster('forget', 'gpu', '--yes', '--json')).toMatchObject({
      code: 75,
      stdout: expect.stringContaining('CLUSTER_UNREACHABLE') as string,
    });
  });
});

describe('ccbot init', () => {
  /** `getMe` of the bot, which is all that `init` asks before it writes. */
  let telegram: Sandbox;
  beforeEach(async () => {
    const person = (id: number) => ({ id, is_bot: false, first_name: 'Ada' });
    telegram = await startTelegram({ token: TOKEN, owner: person(42), stranger: person(43) });
    env['TELEGRAM_API_ROOT'] = telegram.apiRoot;
    writeFileSync(settings, '', { mode: 0o600 });
  });
  afterEach(() => telegram.close());

  function init(...args: string[]) {
    const file = join(dir, 'token');
    writeFileSync(file, TOKEN);
    const known = ['--token-file', file, '--allow', '42', '--no-hooks', '--no-service', '--no-start'];
    return runProgram(
      { env, project: dir } as Parameters<typeof runProgram>[0],
      CCBOT,
      'init',
      ...known,
      ...args,
    );
  }

  it('joins a cluster together with the rest, after the checks of `cluster join`', async () => {
    const url = await start({ config: USERS });
    env['CCBOT_HOST'] = '';
    const joined = await init('--cluster', url, '--cluster-creds', credentials());
    expect(joined).toMatchObject({ code: 0, stdout: expect.stringContaining('nothing is broken') as string });
    expect(saved()).toMatch(
      new RegExp(`TELEGRAM_BOT_TOKEN=.*\nALLOWED_USERS=42\nCCBOT_CLUSTER_URL=${url}\nCCBOT_HOST=.+\n`),
    );
    expect(saved()).toContain(`CCBOT_CLUSTER_CREDS=${join(dir, 'creds')}\n`);
    expect((await cluster('status')).stdout).toContain('has never joined');
  });

  it('writes nothing if a check fails, and works alone unless it is told otherwise', async () => {
    const url = await start({ config: USERS });
    const refused = await init('--cluster', url, '--cluster-creds', credentials('ada:mellon'));
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('cannot be joined') as string });
    expect(refused.stdout + refused.stderr).not.toContain('mellon');
    expect(saved()).toBe('');
    expect(await init('--cluster', 'http://a')).toMatchObject({ code: 1 });
    expect(await init('--yes')).toMatchObject({ code: 0 });
    expect(saved()).not.toContain('CLUSTER');
  });
});
