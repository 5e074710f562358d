import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { knownProcess } from '@ccbot/shared/processes/known-process';
import { agentProcesses } from './agent-processes';
import { endOrphans } from './orphans';

const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

/** A process that runs until it is ended; `deaf`: it ignores SIGHUP and SIGTERM. */
async function agent(deaf = false): Promise<ChildProcess> {
  const program = `${deaf ? "process.on('SIGTERM', () => {}); process.on('SIGHUP', () => {});" : ''} setInterval(() => {}, 1e6); console.log('up')`;
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  started.push(child);
  await once(child.stdout as NodeJS.ReadableStream, 'data');
  return child;
}
const binding = { sessionId: 'x', transcriptPath: '/x', at: 0 };
const agentOf = (pids: readonly number[], shared = 0) => ({
  processesOf: () => Promise.resolve(pids),
  isShared: (pid: number) => Promise.resolve(pid === shared),
});
const end = (processes: readonly number[], termMs = 200, shared = 0): Promise<number[]> =>
  endOrphans({
    processes: () => agentProcesses({ binding }, agentOf(processes, shared), '/home'),
    monotonicMs: () => performance.now(),
    termMs,
    log: () => undefined,
  });

it('asks a process to end, and waits for it', async () => {
  const child = await agent();
  const gone = once(child, 'exit');
  expect(await end([child.pid ?? 0], 10_000)).toEqual([]);
  expect(await gone).toEqual([null, 'SIGTERM']);
});

it('kills a process that ignores SIGTERM', async () => {
  const child = await agent(true);
  const gone = once(child, 'exit');
  expect(await end([child.pid ?? 0])).toEqual([]);
  expect(await gone).toEqual([null, 'SIGKILL']);
});

it('leaves a process alone that serves others too, and reports it as still running', async () => {
  const orphan = await agent();
  const shared = await agent();
  const gone = once(orphan, 'exit');
  expect(await end([orphan.pid ?? 0, shared.pid ?? 0], 10_000, shared.pid)).toEqual([shared.pid]);
  await gone;
  expect([shared.exitCode, shared.signalCode]).toEqual([null, null]);
});

it('never ends this process, its parents, or a process that is gone', async () => {
  const child = await agent();
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
  expect(await end([process.pid, process.ppid, 1, 0, child.pid ?? 0])).toEqual([]);
});

it('finds the program of a window besides what the files of the agent name, and nothing with its number', async () => {
  const [program, named] = [await agent(), await agent()];
  const known = knownProcess(program.pid ?? 0);
  const found = (started: string | null) =>
    agentProcesses({ binding, program: { ...known, started } }, agentOf([named.pid ?? 0]), '/home');
  expect((await found(known.started)).own.map(({ pid }) => pid)).toEqual([program.pid, named.pid]);
  expect((await found('1')).own.map(({ pid }) => pid)).toEqual([named.pid]); // the number was used again
  expect((await agentProcesses({}, agentOf([]), '/home')).own).toEqual([]);
});
