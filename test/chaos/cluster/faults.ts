import type { Chance } from '../chance';
import { delay, now, until } from '../clock';
import type { ChaosMachine } from './machine';
import type { Way } from './relay';
import { SERVICES, type Service } from './place';
import type { Stage } from './stage';

/** What a fault did. */
export interface Applied {
  /** From when on somebody must poll again, ms of the monotonic clock. */
  since: number;
  /** Another machine than this one has to poll, and the time until it does is a take-over of this kind. */
  takeOver?: { kind: 'kill' | 'stop'; from: string };
}

export interface ClusterFault {
  name: string;
  /** Number of copies in the deck. */
  weight: number;
  needs?: 'disk' | 'server clock';
  /** Ends with everything as before, but for what a service manager starts again. */
  apply(stage: Stage, chance: Chance): Promise<Applied>;
}

const LEASE_MS = 10_000;
const HOUR_MS = 3_600_000;
const BOTH: readonly Way[] = ['out', 'in'];

/** Past the lease of whoever polls. */
const PAST_LEASE_MS = [LEASE_MS + 1_000, LEASE_MS + 4_000] as const;

/** How long a fault lasts: mostly less than the lease, sometimes longer. */
function span(chance: Chance): number {
  return chance.next() < 0.6 ? chance.between(500, 6_000) : chance.between(...PAST_LEASE_MS);
}

/** Whoever polls asks Telegram again within this time, ms, if it still may. */
const JETSTREAM_OFF_MS = 12_000;

type Which = 'the poller' | 'another machine';

function machineOf(stage: Stage, chance: Chance, which: Which): ChaosMachine {
  const poller = stage.poller();
  return which === 'the poller' ? poller : chance.pick(stage.machines.filter((other) => other !== poller));
}

const since = (): Applied => ({ since: now() });

/** A fault of one machine; of the poller it is twice as likely. */
function ofMachine(
  name: string,
  apply: (machine: ChaosMachine, stage: Stage, chance: Chance, which: Which) => Promise<Applied>,
): ClusterFault[] {
  return (['the poller', 'another machine'] as const).map((which) => ({
    name: `${name} of ${which}`,
    weight: which === 'the poller' ? 2 : 1,
    apply: (stage, chance) => apply(machineOf(stage, chance, which), stage, chance, which),
  }));
}

const KILLS: readonly ClusterFault[] = [
  ...ofMachine('SIGKILL of the worker', async (machine) => {
    const at = now();
    machine.signal('SIGKILL', 'worker');
    return Promise.resolve({ since: at });
  }),
  ...ofMachine('SIGKILL of the supervisor', async (machine) => {
    const at = now();
    machine.signal('SIGKILL', 'supervisor');
    return Promise.resolve({ since: at });
  }),
  ...ofMachine('SIGKILL of supervisor and worker', async (machine, stage, _chance, which) => {
    stage.letDown(machine);
    const at = now();
    machine.signal('SIGKILL', 'supervisor', 'worker');
    if (which === 'another machine') await delay(3_000);
    else await stage.polls.after(at, 2 * LEASE_MS, machine.host);
    stage.keepUp(machine);
    return which === 'the poller' ? { since: at, takeOver: { kind: 'kill', from: machine.host } } : since();
  }),
  ...ofMachine('clean stop', async (machine, stage, chance, which) => {
    stage.letDown(machine);
    const at = now();
    machine.signal('SIGTERM', 'supervisor');
    if (which === 'the poller') await stage.polls.after(at, 2 * LEASE_MS, machine.host);
    await until(() => machine.pids('supervisor').length === 0, 20_000);
    await delay(chance.between(0, 3_000));
    stage.keepUp(machine);
    return which === 'the poller' ? { since: at, takeOver: { kind: 'stop', from: machine.host } } : since();
  }),
  ...ofMachine('restart', async (machine) => {
    const at = now();
    machine.signal('SIGHUP', 'supervisor');
    return Promise.resolve({ since: at });
  }),
];

const STOPS: readonly ClusterFault[] = [
  ...ofMachine('SIGSTOP of the worker past the lease', (machine, _stage, chance) =>
    stopFor(machine, ['worker'], chance.between(...PAST_LEASE_MS)),
  ),
  ...ofMachine('SIGSTOP of supervisor and worker past the lease', (machine, _stage, chance) =>
    stopFor(machine, ['supervisor', 'worker'], chance.between(...PAST_LEASE_MS)),
  ),
  ...ofMachine('SIGSTOP of supervisor and worker for a while', (machine, _stage, chance) =>
    stopFor(machine, ['supervisor', 'worker'], chance.between(300, 7_000)),
  ),
];

async function stopFor(
  machine: ChaosMachine,
  roles: readonly ('supervisor' | 'worker')[],
  ms: number,
): Promise<Applied> {
  machine.signal('SIGSTOP', ...roles);
  await delay(ms);
  // The worker first: it must not act on the word of a supervisor that has been stopped for as long.
  machine.signal('SIGCONT', ...[...roles].reverse());
  return since();
}

const SERVER: readonly ClusterFault[] = [
  {
    name: 'SIGKILL of nats-server',
    weight: 2,
    async apply({ nats }, chance) {
      await nats.kill();
      await delay(chance.between(0, 1_000));
      await nats.start();
      return since();
    },
  },
  {
    name: 'nats-server away for a while',
    weight: 2,
    async apply({ nats }, chance) {
      await nats.kill();
      await delay(span(chance));
      await nats.start();
      return since();
    },
  },
  {
    name: 'SIGSTOP of nats-server',
    weight: 2,
    async apply({ nats }, chance) {
      nats.child().kill('SIGSTOP');
      await delay(span(chance));
      nats.child().kill('SIGCONT');
      return since();
    },
  },
  {
    name: 'SIGKILL of nats-server, and of the poller',
    weight: 1,
    async apply(stage, chance) {
      await stage.nats.kill();
      stage.poller().signal('SIGKILL', 'supervisor', 'worker');
      await delay(chance.between(0, 3_000));
      await stage.nats.start();
      return since();
    },
  },
  {
    name: 'full disk at the stream',
    weight: 2,
    needs: 'disk',
    async apply(stage, chance) {
      stage.disk?.fill();
      await delay(span(chance));
      stage.disk?.free();
      const freed = since();
      // A server that could not write turns JetStream off until it is restarted; one that had nothing to write does not.
      if ((await stage.polls.after(freed.since, JETSTREAM_OFF_MS)) !== null) return freed;
      stage.note('nats-server is restarted: it has turned JetStream off');
      await stage.nats.kill();
      await stage.nats.start();
      return since();
    },
  },
  {
    name: 'full disk at the stream, and SIGKILL of nats-server',
    weight: 1,
    needs: 'disk',
    async apply(stage, chance) {
      stage.disk?.fill();
      await delay(chance.between(500, 3_000));
      await stage.nats.kill();
      stage.disk?.free();
      await stage.nats.start();
      return since();
    },
  },
];

const WAYS: readonly (readonly [string, readonly Way[]])[] = [
  ['', BOTH],
  [', what it sends', ['out']],
  [', what it gets', ['in']],
];

const names: Record<Service, string> = { telegram: 'Telegram', cluster: 'the cluster' };

const NETWORK: readonly ClusterFault[] = [
  ...SERVICES.flatMap((service) =>
    WAYS.flatMap(([suffix, ways]) =>
      ofMachine(`cut from ${names[service]}${suffix}`, async (machine, _stage, chance) => {
        machine.links[service].cut(ways);
        await delay(span(chance));
        machine.links[service].heal();
        return since();
      }).map((fault) => ({ ...fault, weight: 1 })),
    ),
  ),
  ...ofMachine('cut from everything', async (machine, _stage, chance) => {
    for (const service of SERVICES) machine.links[service].cut(BOTH);
    await delay(span(chance));
    for (const service of SERVICES) machine.links[service].heal();
    return since();
  }),
  ...ofMachine('cut from Telegram past the lease', async (machine, stage, chance, which) => {
    machine.links.telegram.cut(BOTH);
    await delay(chance.between(34_000, 38_000));
    // It gives up after 20 s without an answer, and another one polls at the end of its lease.
    if (which === 'the poller' && stage.polls.all.at(-1)?.host === machine.host)
      stage.violations.push(`nobody polled while ${machine.host} was cut from Telegram`);
    machine.links.telegram.heal();
    return since();
  }),
  ...ofMachine('cut from the cluster, and SIGKILL of the worker', async (machine, _stage, chance) => {
    machine.links.cluster.cut(BOTH);
    await delay(chance.between(0, 2_000));
    machine.signal('SIGKILL', 'worker');
    await delay(span(chance));
    machine.links.cluster.heal();
    return since();
  }),
  ...SERVICES.flatMap((service) =>
    ofMachine(`slow way to ${names[service]}`, async (machine, _stage, chance) => {
      const rate = chance.pick([0, 16_000, 64_000]);
      machine.links[service].slow({ delayMs: chance.between(50, 700), rate });
      await delay(chance.between(3_000, 8_000));
      machine.links[service].heal();
      return since();
    }).map((fault) => ({ ...fault, weight: 1 })),
  ),
];

/** Steps of the wall clock, ms from the real time. */
const STEPS = [2 * HOUR_MS, -HOUR_MS, 72 * HOUR_MS, -26 * HOUR_MS, 10 * 24 * HOUR_MS, 0] as const;

/** The same for the server. It deletes what is 7 days old by its clock, and no step of these makes anything that old. */
const SERVER_STEPS = [2 * HOUR_MS, -HOUR_MS, 72 * HOUR_MS, -26 * HOUR_MS, 0] as const;

const CLOCKS: readonly ClusterFault[] = [
  ...ofMachine('clock step', async (machine, stage, chance) => {
    stepMachine(stage, machine, chance);
    await delay(chance.between(500, 3_000));
    return since();
  }),
  {
    name: 'clock step of nats-server',
    weight: 2,
    needs: 'server clock',
    async apply(stage, chance) {
      stepServer(stage, chance);
      await delay(span(chance));
      return since();
    },
  },
  {
    name: 'clock step of nats-server, and SIGKILL of the poller',
    weight: 1,
    needs: 'server clock',
    async apply(stage, chance) {
      stepServer(stage, chance);
      stage.poller().signal('SIGKILL', 'supervisor', 'worker');
      await delay(chance.between(0, 3_000));
      return since();
    },
  },
  {
    name: 'clock steps of all machines, and of nats-server',
    weight: 1,
    async apply(stage, chance) {
      stepServer(stage, chance);
      for (const machine of stage.machines) stepMachine(stage, machine, chance);
      await delay(chance.between(500, 3_000));
      return since();
    },
  },
];

/** A step by days makes it delete what it has handled, so that is read before. */
function stepMachine({ journals }: Stage, machine: ChaosMachine, chance: Chance): void {
  journals.look();
  machine.setClock(chance.pick(STEPS));
}

function stepServer({ serverClock }: Stage, chance: Chance): void {
  const shift = chance.pick(SERVER_STEPS);
  if (typeof serverClock !== 'string') serverClock.set(shift);
}

const STARTS: readonly ClusterFault[] = [
  {
    name: 'three starts of a machine in the same millisecond',
    weight: 1,
    async apply(stage, chance) {
      const machine = chance.pick(stage.machines);
      stage.letDown(machine);
      machine.signal('SIGKILL', 'supervisor', 'worker');
      await until(() => machine.pids('supervisor').length + machine.pids('worker').length === 0, 5_000);
      const ends: (number | string)[] = [];
      for (let i = 0; i < 3; i++) void machine.supervise().end.then((code) => ends.push(code));
      if (!(await until(() => ends.length === 2, 15_000)) || ends.some((code) => code !== 1))
        stage.violations.push(
          `${3 - ends.length} of three starts run, the others exited with ${ends.join()}`,
        );
      stage.keepUp(machine);
      return since();
    },
  },
  {
    name: 'all machines killed, and started in the same millisecond',
    weight: 2,
    async apply(stage) {
      for (const machine of stage.machines) stage.letDown(machine);
      for (const machine of stage.machines) machine.signal('SIGKILL', 'supervisor', 'worker');
      await until(() => stage.machines.every(({ pids }) => pids('supervisor').length === 0), 5_000);
      for (const machine of stage.machines) void machine.supervise();
      await until(() => stage.machines.every(({ pids }) => pids('supervisor').length > 0), 5_000);
      for (const machine of stage.machines) stage.keepUp(machine);
      return since();
    },
  },
];

export const CLUSTER_FAULTS: readonly ClusterFault[] = [
  ...KILLS,
  ...STOPS,
  ...SERVER,
  ...NETWORK,
  ...CLOCKS,
  ...STARTS,
];
