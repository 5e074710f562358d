import { join } from 'node:path';
import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import { Kvm, type KV } from '@nats-io/kv';
import { connect } from '@nats-io/transport-node';
import type { ChatMessage } from '@ccbot/sandbox/telegram/model';
import { clusterNames } from '@ccbot/shared/cluster/names';
import { botMessages, botSays, labels } from './harness/chat';
import { writeUntilRefused } from './harness/nats-full';
import { withMachines, type Machine, type Machines } from './harness/machines';
import { openNatsRelay } from './harness/nats-relay';
import { runProgram } from './harness/run-program';
import { until } from './harness/until';

const CCBOT = join(__dirname, '..', '..', 'packages/supervisor/bin/ccbot.js');

const say = ({ system }: Machines, text: string): number => system.telegram.owner.say(text);
const lines = (machine: Machine, text: string): number => machine.log().split(text).length - 1;
const ccbot = ({ system }: Machines, { env, project }: Machine, ...args: string[]) =>
  runProgram({ ...system, env, project }, CCBOT, ...args);

const logsOf =
  ({ machines }: Machines) =>
  (): string =>
    machines.map((machine) => `== ${machine.host}\n${machine.log().slice(-4_000)}`).join('\n');

/** How often each machine has begun to poll. */
const terms = ({ machines }: Machines): number[] => machines.map((machine) => machine.epochs().length);

/** Resolves with the machine that begins to poll after `before`. After a loss, epochs count from the beginning. */
async function nextPoller(cluster: Machines, before: readonly number[]): Promise<Machine> {
  const began = (): Machine | undefined =>
    cluster.machines.find((_machine, i) => (terms(cluster)[i] ?? 0) > (before[i] ?? 0));
  await until(() => began() !== undefined, logsOf(cluster));
  return began() as Machine;
}

/** Asks the machine of a session to end it, and resolves with its question. */
async function askToKill(cluster: Machines, machine: Machine, name: string): Promise<ChatMessage> {
  say(cluster, `/kill ${machine.host}:${name}`);
  return cluster.system.telegram.waitFor(() =>
    botMessages(cluster.system, `${name} · ${machine.host}`).find(
      (m) => labels(m)[0]?.includes('End') === true,
    ),
  );
}

const names = ({ system }: Machines) => clusterNames(system.env['TELEGRAM_BOT_TOKEN'] ?? '');

/** Asks the server for something that ccbot would not. */
async function asAdmin<T>(
  cluster: Machines,
  work: (jsm: JetStreamManager, bucket: (name: string) => Promise<KV>) => Promise<T>,
): Promise<T> {
  const nc = await connect({ servers: cluster.nats.url });
  try {
    return await work(await jetstreamManager(nc), (name) => new Kvm(nc).open(name));
  } finally {
    await nc.close();
  }
}

/** The keys of what all machines share that have a value. */
const sharedKeys = (cluster: Machines): Promise<string[]> =>
  asAdmin(cluster, async (_jsm, bucket) => {
    const keys: string[] = [];
    for await (const key of await (await bucket(names(cluster).state)).keys()) keys.push(key);
    return keys.sort();
  });

/** The machine of a message, as the cluster knows it. */
const ownerOf = (cluster: Machines, chatId: number, message: number): Promise<string | undefined> =>
  asAdmin(cluster, async (_jsm, bucket) =>
    (await (await bucket(names(cluster).messages)).get(`${chatId}.${message}`))?.string(),
  );

/** Waits until a machine says in its log, in `ccbot status` and in the chat why it does not take part. */
async function saysWhy(cluster: Machines, machine: Machine, code: string, what: string): Promise<void> {
  await until(() => machine.log().includes(code), logsOf(cluster));
  await until(async () => (await ccbot(cluster, machine, 'status')).stdout.includes(what), logsOf(cluster));
  const notice = await botSays(cluster.system, 'cannot take part in the cluster');
  expect(notice.text).toContain(what);
  expect(notice.text).toContain(machine.host);
}

// All at the same time, as they mostly wait: for leases to end, and for an outage to last.
const LOST = 'after the cluster lost its data, ';
const SAID =
  'says in the log, the status and the chat what a machine cannot work with, and resumes by itself: ';

it.concurrent(`${LOST}a button of each machine from before that counts, and everything they share is there again`, () =>
  withMachines(['ada', 'bob'], async (cluster) => {
    const [ada, bob] = (await cluster.start()) as [Machine, Machine];
    say(cluster, '/host bob');
    await botSays(cluster.system, 'now start on bob');
    await cluster.startShell(ada, 'near');
    await cluster.startShell(bob, 'far');
    const written = say(cluster, 'echo "written on $CCBOT_HOST"');
    await botSays(cluster.system, 'written on bob');
    const questions = new Map([
      [ada, await askToKill(cluster, ada, 'near')],
      [bob, await askToKill(cluster, bob, 'far')],
    ]);
    const { telegram } = cluster.system;
    telegram.fault({ method: 'sendMessage', kind: '429', retryAfter: 3, times: 1 });
    say(cluster, '/help');
    await botSays(cluster.system, 'Start with /new');
    const isReported = (host: string) => async () =>
      (await sharedKeys(cluster)).filter((key) => key.startsWith(`report.${host}.`)).length > 0;
    for (const { host } of [ada, bob]) await until(isReported(host), logsOf(cluster));
    const keys = await sharedKeys(cluster);
    for (const kind of [
      'machine.ada',
      'machine.bob',
      'session.',
      'setting.',
      'handled.ada',
      'handled.bob',
      'card.',
    ])
      expect(keys.filter((key) => key.startsWith(kind))).not.toEqual([]);
    const [before, joined] = [terms(cluster), [ada, bob].map((machine) => machine.joins())];
    await cluster.nats.kill();
    cluster.nats.loseData();
    await cluster.nats.start();
    for (const [i, machine] of [ada, bob].entries()) await machine.joined(joined[i] ?? 0);
    const poller = await nextPoller(cluster, before);
    const lost = await botSays(cluster.system, 'has lost its data');
    expect(lost.text).toContain('send again');
    // What Telegram told ends by itself, so it may be over.
    const expected = keys.filter((key) => !key.startsWith('hold.'));
    await until(
      async () =>
        (await sharedKeys(cluster)).filter((key) => expected.includes(key)).length === expected.length,
      () => `${expected.join(' ')}\n${logsOf(cluster)()}`,
    );
    for (const [{ host }, { chatId, id }] of questions) {
      await until(async () => (await ownerOf(cluster, chatId, id)) === host, logsOf(cluster));
      // What the user wrote to a session is of its machine, too.
      await until(async () => (await ownerOf(cluster, chatId, written)) === 'bob', logsOf(cluster));
    }
    const other = poller === ada ? bob : ada;
    expect(other.windows()).toContain('bash');
    const question = questions.get(other) as ChatMessage;
    telegram.owner.tap(labels(question)[0] ?? '', question.id);
    await until(() => !other.windows().includes('bash'), logsOf(cluster));
    expect(poller.windows()).toContain('bash');
    expect(telegram.overlaps()).toBe(0);
  }));

it.concurrent(`${LOST}an update that comes while its files are gone under a server that runs is handled once, when that was restarted`, () =>
  withMachines(['ada', 'bob'], async (cluster) => {
    const [ada, bob] = (await cluster.start()) as [Machine, Machine];
    await cluster.startShell(bob, 'far');
    const before = terms(cluster);
    cluster.nats.loseData();
    await asAdmin(cluster, async (_jsm, bucket) => writeUntilRefused(await bucket(names(cluster).state)));
    await saysWhy(cluster, ada, 'CLUSTER_STORE_FAILED', 'cannot use its own data');
    await until(() => bob.log().includes('CLUSTER_STORE_FAILED'), logsOf(cluster));
    const polls = cluster.system.telegram.polls.length;
    say(cluster, 'echo "sent on $CCBOT_HOST"');
    await cluster.nats.kill();
    expect(cluster.system.telegram.polls).toHaveLength(polls);
    await cluster.nats.start();
    await nextPoller(cluster, before);
    await botSays(cluster.system, 'sent on bob');
    await botSays(cluster.system, 'has lost its data');
    // One machine says it, once.
    expect(botMessages(cluster.system, 'cannot take part')).toHaveLength(0);
    expect(cluster.system.telegram.overlaps()).toBe(0);
  }));

it.concurrent(`${LOST}nothing stops for long when the stream of updates is deleted while all of them run`, () =>
  withMachines(['ada', 'bob'], async (cluster) => {
    const [ada, bob] = (await cluster.start()) as [Machine, Machine];
    await cluster.startShell(bob, 'far');
    const joined = [ada, bob].map((machine) => machine.joins());
    await asAdmin(cluster, (jsm) => jsm.streams.delete(names(cluster).stream));
    say(cluster, 'echo "sent on $CCBOT_HOST"');
    for (const [i, machine] of [ada, bob].entries()) await machine.joined(joined[i] ?? 0);
    await botSays(cluster.system, 'sent on bob');
    expect(ada.log()).toContain('CLUSTER_LOST_DATA');
    say(cluster, 'echo "again on $CCBOT_HOST"');
    await botSays(cluster.system, 'again on bob');
    expect(cluster.system.telegram.overlaps()).toBe(0);
  }));

it.concurrent(`${SAID}a server that is too old`, () =>
  withMachines(['ada'], async (cluster) => {
    const [ada] = cluster.machines as [Machine];
    const relay = await openNatsRelay(cluster.nats.port, { version: '2.6.2' });
    ada.env['CCBOT_CLUSTER_URL'] = relay.url;
    ada.supervise();
    await saysWhy(cluster, ada, 'CLUSTER_UNFIT', 'it is NATS 2.6.2, and ccbot needs 2.9.4 or later');
    expect(cluster.system.telegram.polls).toEqual([]);
    expect(await ccbot(cluster, ada, 'cluster', 'status')).toMatchObject({
      code: 75,
      stderr: expect.stringContaining('it is NATS 2.6.2') as string,
    });
    relay.pretend({});
    await nextPoller(cluster, []);
    say(cluster, '/help');
    await botSays(cluster.system, 'Start with /new');
    await botSays(cluster.system, 'connected to the cluster again');
    await relay.close();
  }));

it.concurrent(`${SAID}a bucket of another bot, which stays as it is`, () =>
  withMachines(['ada'], async (cluster) => {
    const [ada] = cluster.machines as [Machine];
    const stream = `KV_${names(cluster).state}`;
    const theirs = { name: stream, subjects: ['of.others'], description: 'ccbot, bot 42, schema 1' };
    await asAdmin(cluster, async (jsm) => {
      await jsm.streams.delete(stream);
      await jsm.streams.add(theirs);
    });
    ada.supervise();
    await saysWhy(cluster, ada, 'CLUSTER_FOREIGN', 'it is of bot 42');
    expect(cluster.system.telegram.polls).toEqual([]);
    expect((await ccbot(cluster, ada, 'cluster', 'status')).stderr).toContain('it is of bot 42');
    await asAdmin(cluster, async (jsm) => {
      expect((await jsm.streams.info(stream)).config.subjects).toEqual(['of.others']);
      await jsm.streams.delete(stream);
    });
    await nextPoller(cluster, []);
    say(cluster, '/help');
    await botSays(cluster.system, 'Start with /new');
  }));

it.concurrent(`${SAID}the name of another machine, until that has left`, () =>
  withMachines(['ada', 'bob'], async (cluster) => {
    const [ada, bob] = cluster.machines as [Machine, Machine];
    bob.env['CCBOT_HOST'] = 'ada';
    ada.supervise();
    await nextPoller(cluster, []);
    bob.supervise();
    await until(() => bob.log().includes('CLUSTER_HOST_TAKEN'), logsOf(cluster));
    const what = 'Another machine on the cluster is already called ada';
    await until(async () => (await ccbot(cluster, bob, 'status')).stdout.includes(what));
    expect((await botSays(cluster.system, 'cannot take part in the cluster')).text).toContain(what);
    say(cluster, '/help');
    await botSays(cluster.system, 'Start with /new');
    expect(bob.epochs()).toEqual([]);
    const before = terms(cluster);
    await ada.stop();
    expect(await nextPoller(cluster, before)).toBe(bob);
    expect(cluster.system.telegram.overlaps()).toBe(0);
  }));

it.concurrent(`${SAID}a machine of a later version that joins beside it, of which it changes nothing`, () =>
  withMachines(['ada'], async (cluster) => {
    const [ada] = (await cluster.start()) as [Machine];
    say(cluster, `/new @shell ${ada.project}/ bash --norc -i`);
    await botSays(cluster.system, 'Shell');
    const later = {
      'machine.bob': JSON.stringify({ schema: 2, name: ['in', 'another', 'form'] }),
      'session.later': JSON.stringify({ schema: 2 }),
      'setting.later': 'in another form',
      'handled.ada.later': '{',
      'later.kind': 'of which nobody knows',
    };
    await asAdmin(cluster, async (_jsm, bucket) => {
      const state = await bucket(names(cluster).state);
      for (const [key, value] of Object.entries(later)) await state.put(key, value);
    });
    await saysWhy(cluster, ada, 'CLUSTER_NEWER', 'The machine bob on the cluster runs a later ccbot');
    const polls = cluster.system.telegram.polls.length;
    // It holds the lease, in a form of its own.
    const lease = await asAdmin(cluster, async (_jsm, bucket) =>
      (await bucket(names(cluster).lease)).put('poller', '{"schema":2}'),
    );
    say(cluster, '/help');
    const { code, stdout } = await ccbot(cluster, ada, 'cluster', 'status');
    expect([code, stdout]).toEqual([3, expect.stringContaining('nobody')]);
    await asAdmin(cluster, async (_jsm, bucket) => {
      expect((await (await bucket(names(cluster).lease)).get('poller'))?.revision).toBe(lease);
      const state = await bucket(names(cluster).state);
      for (const [key, value] of Object.entries(later)) expect((await state.get(key))?.string()).toBe(value);
      await state.delete('machine.bob');
    });
    expect(cluster.system.telegram.polls).toHaveLength(polls);
    expect(ada.windows()).toContain('bash');
    await botSays(cluster.system, 'Start with /new');
    expect(lines(ada, 'CLUSTER_NEWER')).toBe(1);
    await botSays(cluster.system, 'connected to the cluster again');
  }));
