import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Figure } from './figure';
import { root } from './place';
import { anonymousOf, childrenOf, rssOf, usageOf, type Usage } from './proc';
import { median } from './stats';
import { delay, startWorld, type World } from './world';

/** Pause between opening the sessions and the measurement, ms. */
const REST_MS = 20_000;

/** CPU, forks and memory of fifty idle sessions. */
export async function idle(quick: boolean): Promise<Figure[]> {
  const seconds = quick ? 15 : 60;
  const sessions = 50;
  const bare = await bareNode();
  const world = await startWorld({ agent: join(root, 'test/bench/fixtures/idle-agent.sh'), people: 10 });
  try {
    await world.open(sessions);
    await world.quiet(3_000);
    // After the burst of opening, V8 collects garbage for some 50 ms of CPU within the first 20 s, which is not measured.
    await delay(REST_MS);
    const roles = { supervisor: world.supervisor, worker: world.worker(), 'tmux server': world.tmuxServer() };
    const pids = [...Object.values(roles), ...childrenOf(roles.worker)];
    const measure = async (ms: number): Promise<{ cpu: Map<number, number>; forks: number }> => {
      const before = new Map(pids.map((pid) => [pid, usageOf(pid)]));
      await delay(ms);
      const after = new Map(pids.map((pid) => [pid, usageOf(pid)]));
      const pairs = pids.map((pid) => [pid, before.get(pid) as Usage, after.get(pid) as Usage] as const);
      return {
        cpu: new Map(
          pairs.map(([pid, b, a]) => [pid, ((a.cpuMs + a.childCpuMs - b.cpuMs - b.childCpuMs) / ms) * 100]),
        ),
        forks: pairs.filter(([, b, a]) => a.childFaults !== b.childFaults || a.children !== b.children)
          .length,
      };
    };
    const quiet = await measure(seconds * 1_000);
    const memory = { supervisor: rssOf(roles.supervisor), worker: rssOf(roles.worker) };
    const anonymous = { supervisor: anonymousOf(roles.supervisor), worker: anonymousOf(roles.worker) };
    const usual = await usualWatching(world, roles['tmux server'], Math.min(seconds, 20));
    const total = sum([...quiet.cpu.values()]);
    const parts = Object.entries(roles)
      .map(([name, pid]) => `${name} ${(quiet.cpu.get(pid) ?? 0).toFixed(3)}`)
      .join(', ');
    return [
      {
        what: '50 idle sessions: processes that forked',
        unit: '',
        value: quiet.forks,
        target: 0,
        usual: { value: usual.forksPerSecond * seconds, how: 'forks of tmux capture-pane in that time' },
        note: `${seconds} s, by the page faults of ended children`,
      },
      {
        what: '50 idle sessions: CPU of all, of one core',
        unit: '%',
        value: total,
        target: 0.3,
        usual: { value: usual.cpu, how: 'capture-pane a window a second, stat every 2 s' },
        note: `${seconds} s, after ${REST_MS / 1_000} s of rest: ${parts}`,
      },
      {
        what: 'memory of the supervisor above bare node',
        unit: 'MB',
        value: memory.supervisor - bare,
        target: 8,
        note: `RSS ${memory.supervisor.toFixed(1)}, of it anonymous ${anonymous.supervisor.toFixed(1)}, bare node ${bare.toFixed(1)}`,
      },
      {
        what: 'memory of the worker above bare node',
        unit: 'MB',
        value: memory.worker - bare,
        target: 35,
        note: `RSS ${memory.worker.toFixed(1)}, of it anonymous ${anonymous.worker.toFixed(1)}, with 50 sessions`,
      },
    ];
  } finally {
    await world.close();
  }
}

/** RSS of a node that waits for a timer and has printed a line, MB; median of five: what Node.js takes before any code of ours. */
async function bareNode(): Promise<number> {
  const samples: number[] = [];
  for (let i = 0; i < 5; i++) {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e9); console.log(1)'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    await once(child.stdout, 'data');
    await delay(500);
    samples.push(rssOf(child.pid ?? 0));
    child.kill();
    await once(child, 'exit');
  }
  return median(samples);
}

/** CPU and forks of the usual way on the same sessions: its process, its children, and the tmux server. */
async function usualWatching(
  world: World,
  server: number,
  seconds: number,
): Promise<{ cpu: number; forksPerSecond: number }> {
  const child = spawn(
    process.execPath,
    [
      join(root, 'test/bench/fixtures/usual-watcher.mjs'),
      world.tmuxSocket,
      world.sessions.map((s) => s.pane).join(','),
      ...world.sessions.map((s) => s.transcript),
    ],
    { stdio: ['ignore', 'pipe', 'inherit'], env: world.env },
  );
  await once(child.stdout, 'data');
  child.stdout.resume();
  await delay(2_000);
  const pids = [child.pid ?? 0, server];
  const used = (): number => sum(pids.map((pid) => usageOf(pid)).map((u) => u.cpuMs + u.childCpuMs));
  const before = used();
  await delay(seconds * 1_000);
  const cpu = ((used() - before) / (seconds * 1_000)) * 100;
  child.kill();
  await once(child, 'exit');
  return { cpu, forksPerSecond: world.sessions.length };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
