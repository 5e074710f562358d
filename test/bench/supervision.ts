import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TMUX } from '@ccbot/shared/fixtures/tmux';
import { startTelegram, type Sandbox } from '@ccbot/sandbox/telegram/server';
import type { Figure } from './figure';
import { ccbot, programs, root } from './place';
import { argvOf, childrenOf, usageOf } from './proc';
import { median, quantile } from './stats';
import { delay, startWorld, type World } from './world';

/** Recovery times after different ends, and the cost of supervision. */
export async function supervision(quick: boolean): Promise<Figure[]> {
  const idleSeconds = quick ? 15 : 60;
  const usual = usualLoop(idleSeconds);
  // Each run counts as healthy immediately, so that the first restart is measured, not the backoff.
  const env = { CCBOT_HEALTHY_RUN_SEC: '0.05' };
  const world = await startWorld({
    agent: join(root, 'test/bench/fixtures/idle-agent.sh'),
    people: 1,
    env,
  });
  try {
    const cpu = await idleCpu(world.supervisor, idleSeconds);
    const crash: number[] = [];
    for (let i = 0; i < (quick ? 5 : 20); i++) {
      crash.push(await measureRecovery(world.telegram, () => kill(world.worker())));
    }
    const restart: number[] = [];
    for (let i = 0; i < (quick ? 3 : 10); i++) {
      restart.push(await measureRecovery(world.telegram, () => void run(world, 'restart')));
      await delay(500);
    }
    const takeOver = await measureTakeOvers(world, quick ? 3 : 10);
    const cold = await measureColdStarts(world, quick ? 3 : 10);
    const { recoveryMs, cpu: loopCpu } = await usual;
    const how = 'a shell loop with sleep 10';
    const loop = { value: recoveryMs, how };
    const note = (times: readonly number[]): string =>
      `${times.length} times, p99 ${Math.round(quantile(times, 0.99))} ms`;
    return [
      {
        what: 'worker killed → polling again, p50',
        unit: 'ms',
        value: median(crash),
        target: 150,
        usual: loop,
        note: note(crash),
      },
      {
        what: 'supervisor killed → a standby polls, p50',
        unit: 'ms',
        value: median(takeOver),
        target: 800,
        usual: loop,
        note: note(takeOver),
      },
      {
        what: 'ccbot restart → polling again, p50',
        unit: 'ms',
        value: median(restart),
        target: 2_000,
        usual: loop,
        note: note(restart),
      },
      {
        what: 'ccbot supervise → polling, p50',
        unit: 'ms',
        value: median(cold),
        target: 250,
        note: note(cold),
      },
      {
        what: 'supervisor: CPU while idle, of one core',
        unit: '%',
        value: cpu,
        target: 0.05,
        usual: { value: loopCpu, how: `${how}, which notices nothing` },
        note: `${idleSeconds} s`,
      },
    ];
  } finally {
    await world.close();
  }
}

/** Time from an action to the start of the next poll, ms. */
async function measureRecovery(telegram: Sandbox, act: () => void): Promise<number> {
  await delay(300);
  const before = telegram.polls.length;
  const sinceNs = process.hrtime.bigint();
  act();
  const poll = await telegram.waitFor(() => telegram.polls[before], 30_000);
  return Number(poll.startedNs - sinceNs) / 1e6;
}

function kill(pid: number): void {
  process.kill(pid, 'SIGKILL');
}

function run(world: World, ...args: string[]): ChildProcess {
  return spawn(process.execPath, [ccbot, ...args], { env: world.env, stdio: 'ignore' });
}

/** A process collects the garbage of its start for this long, ms. */
const SETTLE_MS = 20_000;

/** CPU of an idle process and its exited children, % of one core. */
async function idleCpu(pid: number, seconds: number): Promise<number> {
  await delay(SETTLE_MS);
  const before = usageOf(pid);
  await delay(seconds * 1_000);
  const after = usageOf(pid);
  return ((after.cpuMs + after.childCpuMs - before.cpuMs - before.childCpuMs) / (seconds * 1_000)) * 100;
}

/** Kills the supervisor that holds the lock several times, each time with another one on standby. */
async function measureTakeOvers(world: World, count: number): Promise<number[]> {
  const times: number[] = [];
  let holder: { pid: number; process?: ChildProcess } = { pid: world.supervisor };
  for (let i = 0; i < count; i++) {
    const standby = spawn(process.execPath, [ccbot, 'supervise', '--standby'], {
      env: world.env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    await once(standby.stderr, 'data'); // it reports that it is on standby
    await delay(300); // until it waits in the kernel
    const { pid } = holder;
    times.push(await measureRecovery(world.telegram, () => kill(pid)));
    holder = { pid: standby.pid ?? 0, process: standby };
  }
  holder.process?.kill('SIGTERM');
  if (holder.process !== undefined) await once(holder.process, 'exit');
  return times;
}

/** Starts ccbot several times where it ran before; nothing of it runs in between. */
async function measureColdStarts(world: World, count: number): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < count; i++) {
    let child: ChildProcess | undefined;
    times.push(await measureRecovery(world.telegram, () => void (child = run(world, 'supervise'))));
    child?.kill('SIGTERM');
    if (child !== undefined) await once(child, 'exit');
  }
  return times;
}

/** The same worker in a shell loop with `sleep 10`: CPU of the idle loop, and time from the worker's death to the next poll. */
async function usualLoop(idleSeconds: number): Promise<{ recoveryMs: number; cpu: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'ccbot-bench-loop-'));
  const token = '100000002:SANDBOX_TOKEN_FOR_THE_BENCH_ONLY_000';
  const person = (id: number) => ({ id, is_bot: false, first_name: 'Person' });
  const telegram = await startTelegram({ token, owner: person(1_001), stranger: person(1_002) });
  const socket = `ccbot-bench-loop-${process.pid}`;
  const worker = join(programs, 'packages/worker/bin/ccbot-worker.js');
  const shell = spawn('sh', ['-c', 'while :; do "$0" "$1"; sleep 10; done', process.execPath, worker], {
    cwd: folder,
    stdio: 'ignore',
    detached: true,
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      LANG: 'C.UTF-8',
      TELEGRAM_BOT_TOKEN: token,
      TELEGRAM_API_ROOT: telegram.apiRoot,
      ALLOWED_USERS: '1001',
      CCBOT_DIR: join(folder, 'ccbot'),
      CCBOT_TMUX: TMUX,
      CCBOT_TMUX_SOCKET: socket,
      CCBOT_CANARY: 'off',
    },
  });
  try {
    await telegram.waitFor(() => telegram.polls[0], 20_000);
    const cpu = await idleCpu(shell.pid ?? 0, idleSeconds);
    const recoveryMs = await measureRecovery(telegram, () => {
      const found = childrenOf(shell.pid ?? 0).find((pid) => argvOf(pid).includes(worker));
      if (found !== undefined) kill(found);
    });
    return { recoveryMs, cpu };
  } finally {
    if (shell.pid !== undefined) process.kill(-shell.pid, 'SIGKILL');
    spawn(TMUX, ['-L', socket, 'kill-server'], { stdio: 'ignore' });
    await telegram.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
