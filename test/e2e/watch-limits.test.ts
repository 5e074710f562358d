import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { botSays, count, startSession } from './harness/chat';
import { CCBOT, prepareSystem, type System } from './harness/system';

/** Runs a command in a user namespace in which there are only so many inotify instances or watches. */
const limited = (limit: string, value: number): string[] => [
  '-Ur',
  'sh',
  '-c',
  `echo ${value} > /proc/sys/user/max_inotify_${limit} && exec "$0" "$@"`,
];

const canLimit = spawnSync('unshare', [...limited('watches', 10), 'true']).status === 0;

/** Starts a program of ccbot so; where user namespaces are forbidden, with a `fs.watch` that fails as the kernel's does. */
function command(
  limit: string,
  value: number,
  ...args: string[]
): [string, string[], Record<string, string>] {
  if (canLimit) return ['unshare', [...limited(limit, value), process.execPath, CCBOT, ...args], {}];
  const NODE_OPTIONS = `--require ${join(__dirname, 'fixtures/no-watches.cjs')}`;
  const CCBOT_TEST_WATCHES = `${limit} ${value}`;
  return [process.execPath, [CCBOT, ...args], { NODE_OPTIONS, CCBOT_TEST_WATCHES }];
}

const SCRIPTED = join(__dirname, '..', '..', 'packages/sandbox/bin/ccbot-scripted-agent.js');

/** A turn of the scripted agent for what contains `text`. */
const turn = (text: string) => ({ match: text, steps: [{ do: 'say', text: `You said: ${text}` }] });

describe.each([
  ['watches for the start only', 'watches', 3],
  ['no instance', 'instances', 0],
])('a system with %s left', (_, limit, value) => {
  let system: System;
  let supervisor: ChildProcess;
  beforeAll(async () => {
    system = await prepareSystem({
      settings: { CLAUDE_COMMAND: `"${process.execPath}" "${SCRIPTED}"`, CLAUDE_FLAGS: '' },
      script: { turns: ['one', 'two', 'three'].map(turn) },
    });
    const [program, args, env] = command(limit, value, 'supervise');
    supervisor = spawn(program, args, {
      env: { ...system.env, ...env },
      cwd: system.project,
      stdio: 'ignore',
    });
    await startSession(system);
  });
  afterAll(async () => {
    const exited = new Promise((resolve) => supervisor.on('exit', resolve));
    supervisor.kill('SIGTERM');
    await exited;
    await system.stop();
  });

  it('gets every answer, and tells once why some come later', async () => {
    system.telegram.owner.say('one');
    await botSays(system, 'You said: one');
    system.telegram.owner.say('two');
    await botSays(system, 'You said: two');
    await botSays(system, 'no file watches left');
    system.telegram.owner.say('/new second');
    system.telegram.owner.say('three');
    await botSays(system, 'You said: three');
    expect(count(system, 'no file watches left')).toBe(1);
  });
});

it.each(['watches', 'instances'])('a lack of %s is what doctor reports', async (limit) => {
  const system = await prepareSystem({
    settings: { CLAUDE_COMMAND: `"${process.execPath}" "${SCRIPTED}"` },
    installHooks: false,
  });
  const [program, args, env] = command(limit, 0, 'doctor');
  // Not with `spawnSync`: the sandbox, which the doctor asks, runs in this process.
  const doctor = spawn(program, args, {
    env: { ...system.env, ...env },
    cwd: system.project,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let stdout = '';
  doctor.stdout.on('data', (data: Buffer) => (stdout += data.toString()));
  await once(doctor, 'close');
  await system.stop();
  expect(stdout).toContain(`fs.inotify.max_user_${limit}`);
});
