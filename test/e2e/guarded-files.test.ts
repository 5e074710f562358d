import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ChatMessage } from '@ccbot/sandbox/telegram/model';
import { botSays, count } from './harness/chat';
import { runProgram } from './harness/run-program';
import {
  CCBOT,
  OWNER,
  prepareSystem,
  WORKER,
  workerPid,
  type Supervisor,
  type System,
} from './harness/system';
import { until } from './harness/until';

let system: System;
let supervisor: Supervisor;
let envFile: string;
let agentFile: string;

beforeEach(async () => {
  system = await prepareSystem();
  envFile = join(system.ccbotDir, '.env');
  agentFile = join(system.home, '.claude/settings.json');
  mkdirSync(system.ccbotDir, { recursive: true, mode: 0o700 });
  writeFileSync(envFile, 'CCBOT_HOST=desk\n', { mode: 0o600 });
  await start();
});
afterEach(() => system.stop());

/** Starts ccbot, and waits until it holds a poll: the worker has looked at the files then. */
async function start(): Promise<void> {
  const polls = system.telegram.polls.length;
  supervisor = system.supervise();
  // The first poll comes before everything else, and does not wait.
  await until(() => system.telegram.polls.length > polls + 1);
}

async function stop(): Promise<void> {
  supervisor.child.kill('SIGTERM');
  await supervisor.exited;
}

/** Another process of the same user, as an agent's command is. */
function agentRuns(script: string): Promise<unknown> {
  const child = spawn('sh', ['-c', script], { env: { PATH: '/usr/bin:/bin' }, cwd: system.project });
  return new Promise((resolve) => child.on('close', resolve));
}

const notices = (): ChatMessage[] => system.telegram.owner.fromBot().filter((m) => m.text.startsWith('⚠️'));

const addSetting = (line: string): Promise<unknown> => agentRuns(`echo '${line}' >> '${envFile}'`);

/** As an agent does it that wants no more questions. */
const removeHooks = (): Promise<unknown> =>
  agentRuns(`sed -i 's/"PermissionRequest"/"Nothing"/' '${agentFile}'`);

it('tells the phone when an agent rewrites settings and hooks, while ccbot runs and while it does not', async () => {
  await addSetting('ALLOWED_USERS=7001,666');
  expect((await botSays(system, 'ALLOWED_USERS')).text).toMatch(/not with ccbot init/);
  await removeHooks();
  const hooks = await botSays(system, 'hooks.PermissionRequest');
  expect(hooks.text).toContain('ccbot hook --install --agent claude');
  expect(notices()).toHaveLength(2);
  expect(notices().some((m) => m.text.includes('666'))).toBe(false);

  await stop();
  await addSetting('CLAUDE_FLAGS=--dangerously-skip-permissions');
  await agentRuns(`sed -i 's/"Nothing"/"Something"/' '${agentFile}'`);
  await start();
  await botSays(system, 'CLAUDE_FLAGS');
  await botSays(system, 'hooks.Something');
  expect(notices()).toHaveLength(4);

  // Each is told once.
  await stop();
  await start();
  await addSetting('LOG_LEVEL=debug');
  await botSays(system, 'LOG_LEVEL');
  expect(notices()).toHaveLength(5);
});

it('loses no notice when the worker is killed just after the change', async () => {
  const killed = workerPid(supervisor);
  await addSetting('CCBOT_CANARY=auto');
  process.kill(killed, 'SIGKILL');
  await botSays(system, 'CCBOT_CANARY');
  expect(count(system, 'CCBOT_CANARY')).toBe(1);
});

it('says nothing of what `ccbot init` and `ccbot hook` write', async () => {
  const init = await runProgram(
    system,
    CCBOT,
    ...['init', '--allow', `${OWNER},7005`, '--deny-rules', '--no-service', '--no-start'],
  );
  expect([init.code, init.stderr]).toEqual([0, '']);
  expect(readFileSync(envFile, 'utf8')).toBe(`CCBOT_HOST=desk\nALLOWED_USERS=${OWNER},7005\n`);
  expect(readFileSync(agentFile, 'utf8')).toContain('permissions');
  const hook = await runProgram(system, WORKER, 'hook', '--uninstall', '--agent', 'all');
  expect([hook.code, hook.stderr]).toEqual([0, '']);
  await stop();
  const back = await runProgram(system, WORKER, 'hook', '--install', '--agent', 'all');
  expect([back.code, back.stderr]).toEqual([0, '']);
  await start();
  await addSetting('LOG_LEVEL=debug');
  await botSays(system, 'LOG_LEVEL');
  expect(notices()).toHaveLength(1);
});
