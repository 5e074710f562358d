import { performance } from 'node:perf_hooks';
import { botMessages, botSays } from './harness/chat';
import { withMachines, type Machine, type Machines } from './harness/machines';
import { workerPid } from './harness/system';
import { until } from './harness/until';

/** As in the worker: how long a lease lasts, ms. */
const LEASE_MS = 10_000;

const say = ({ system }: Machines, text: string): number => system.telegram.owner.say(text);
const others = ({ machines }: Machines, machine: Machine): Machine[] =>
  machines.filter((other) => other !== machine);

/** Resolves when `ccbot` has joined on each of these machines. */
async function joined(...machines: readonly Machine[]): Promise<void> {
  for (const machine of machines) await machine.joined();
}

/** Starts a machine as the only one, so that it polls. */
async function startAlone(cluster: Machines, machine: Machine): Promise<void> {
  const before = cluster.epoch();
  machine.supervise();
  expect((await cluster.pollerAfter(before)).host).toBe(machine.host);
}

/** From the moment at which a machine joined last until it had the lease, ms. */
function waitedForLease(machine: Machine): number {
  const lines = machine.log().split('\n');
  const at = (message: string): number => {
    const line = lines.findLast((text) => text.includes(`"${message}"`));
    if (line === undefined) throw new Error(`${machine.host} has not logged “${message}”`);
    return Date.parse((JSON.parse(line) as { timestamp: string }).timestamp);
  };
  return at('lease taken') - at('joined the cluster');
}

/** The answers to `text`, which a shell of a session prints with the name of its machine. */
const answersOf = ({ system }: Machines, text: string): string[] =>
  botMessages(system, `${text} on `).map((m) => m.text);

// All at the same time, as they mostly wait for leases to end.

it.concurrent('machines with one bot have one poller, however they are started, and another soon after it was killed, and lose nothing', () =>
  withMachines(
    ['ada', 'bob', 'cyd'],
    async (cluster) => {
      for (const machine of cluster.machines) machine.supervise();
      const first = await cluster.pollerAfter(0);
      await joined(...cluster.machines);
      say(cluster, '/health');
      await botSays(cluster.system, 'ccbot');
      const epoch = cluster.epoch();
      const killedAt = performance.now();
      await first.kill();
      say(cluster, '/help');
      const second = await cluster.pollerAfter(epoch);
      const tookMs = performance.now() - killedAt;
      expect(second).not.toBe(first);
      await botSays(cluster.system, 'Start with /new');
      expect(tookMs).toBeLessThan(LEASE_MS + 1_000 + 4_000);
      // Once it is handled by the machine that polls, nobody else answers it.
      say(cluster, '/health');
      await until(() => botMessages(cluster.system, 'ccbot').length > 1);
      expect(botMessages(cluster.system, 'Start with /new')).toHaveLength(1);
      expect(cluster.system.telegram.overlaps()).toBe(0);
      process.stderr.write(`holder killed, another polls: ${Math.round(tookMs)} ms\n`);
    },
    { isNew: true },
  ));

it.concurrent('machines with one bot hand over at once when the poller stops, also to itself', () =>
  withMachines(['ada', 'bob'], async (cluster) => {
    const [ada, bob] = cluster.machines as [Machine, Machine];
    await startAlone(cluster, ada);
    bob.supervise();
    await joined(bob);
    const epoch = cluster.epoch();
    const polls = cluster.system.telegram.polls.length;
    const stoppedAt = performance.now();
    const stopping = ada.stop();
    expect((await cluster.pollerAfter(epoch)).host).toBe('bob');
    await until(() => cluster.system.telegram.polls.length > polls + 1);
    process.stderr.write(`clean stop, another polls: ${Math.round(performance.now() - stoppedAt)} ms\n`);
    await stopping;
    say(cluster, '/help');
    await botSays(cluster.system, 'Start with /new');
    const before = cluster.epoch();
    process.kill(workerPid(bob.supervisor()), 'SIGKILL');
    expect((await cluster.pollerAfter(before)).host).toBe('bob');
    expect(waitedForLease(bob)).toBeLessThan(LEASE_MS / 2);
    expect(cluster.system.telegram.overlaps()).toBe(0);
  }));

it.concurrent('machines with one bot give what is for a session to the machine that has it, which answers itself', () =>
  withMachines(['ada', 'bob', 'cyd'], async (cluster) => {
    const [ada, bob, cyd] = cluster.machines as [Machine, Machine, Machine];
    await startAlone(cluster, bob);
    say(cluster, `/new @shell ${bob.project}/ bash --norc -i`);
    await botSays(cluster.system, 'Shell');
    ada.supervise();
    cyd.supervise();
    await joined(ada, cyd);
    const epoch = cluster.epoch();
    await bob.stop();
    const poller = await cluster.pollerAfter(epoch);
    expect(poller).not.toBe(bob);
    bob.supervise();
    await bob.joined(1);
    for (let i = 0; i < 5; i++) say(cluster, `echo "say $((${i} * 7)) on $CCBOT_HOST"`);
    await botSays(cluster.system, 'say 28 on bob');
    expect(cluster.poller()).toBe(poller);
    expect(cluster.system.telegram.overlaps()).toBe(0);
  }));

it.concurrent('machines with one bot lose nothing and repeat nothing when the poller is stopped past its lease and continues', () =>
  withMachines(['ada', 'bob'], async (cluster) => {
    const [ada, bob] = cluster.machines as [Machine, Machine];
    await startAlone(cluster, ada);
    say(cluster, `/new @shell ${ada.project}/ bash --norc -i`);
    await botSays(cluster.system, 'Shell');
    bob.supervise();
    await joined(bob);
    for (const whole of [false, true]) {
      const poller = cluster.poller();
      const [other] = others(cluster, poller) as [Machine];
      const epoch = cluster.epoch();
      const worker = workerPid(poller.supervisor());
      const pids = whole ? [poller.supervisor().child.pid ?? 0, worker] : [worker];
      for (const pid of pids) process.kill(pid, 'SIGSTOP');
      say(cluster, `echo "${whole} on $CCBOT_HOST"`);
      await until(() => cluster.epoch() > epoch);
      expect([poller, other]).toContain(cluster.poller());
      for (const pid of pids.reverse())
        try {
          process.kill(pid, 'SIGCONT');
        } catch {
          // Its supervisor has killed it.
        }
      await botSays(cluster.system, `${whole} on ada`);
    }
    expect(answersOf(cluster, 'false').join('\n').split('\nfalse on ada').length).toBe(2);
    expect(cluster.system.telegram.overlaps()).toBe(0);
  }));

it.concurrent('machines with one bot stop polling while the cluster is away, tell each user once, and continue by themselves', () =>
  withMachines(['ada', 'bob'], async (cluster) => {
    const [ada, bob] = cluster.machines as [Machine, Machine];
    await startAlone(cluster, ada);
    bob.supervise();
    await joined(bob);
    await cluster.nats.kill();
    const [notice] = await cluster.system.telegram.waitFor(() => {
      const found = botMessages(cluster.system, 'lost the connection to the cluster');
      return found.length > 0 && found;
    });
    expect(notice?.text).toContain('ada');
    const polls = cluster.system.telegram.polls.length;
    const epoch = cluster.epoch();
    say(cluster, '/help');
    // Nobody polls until the server is back.
    await cluster.nats.start();
    await cluster.pollerAfter(epoch);
    await botSays(cluster.system, 'Start with /new');
    await botSays(cluster.system, 'connected to the cluster again');
    expect(botMessages(cluster.system, 'Start with /new')).toHaveLength(1);
    expect(botMessages(cluster.system, 'lost the connection')).toHaveLength(0);
    expect(cluster.system.telegram.polls.slice(polls).length).toBeGreaterThan(0);
    expect(cluster.system.telegram.overlaps()).toBe(0);
    expect(bob.supervisor().child.exitCode).toBeNull();
  }));
