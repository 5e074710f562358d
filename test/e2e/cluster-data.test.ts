import { join } from 'node:path';
import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import { Kvm, type KV } from '@nats-io/kv';
import { connect } from '@nats-io/transport-node';
import type { ChatMessage } from '@ccbot/sandbox/telegram/model';
import { clusterNames } from '@ccbot/shared/cluster/names';
import { botMessages, botSays, labels } from './harness/chat';
import { writeUntilRefused } from './harness/nats-full';
import { prepareMachines, type Machine, type Machines } from './harness/machines';
import { openNatsRelay, type NatsRelay } from './harness/nats-relay';
import { runProgram } from './harness/run-program';
import { until } from './harness/until';

const CCBOT = join(__dirname, '..', '..', 'packages/supervisor/bin/ccbot.js');

/** How long it may take to join again after a loss, ms. */
const JOIN_MS = 60_000;

let cluster: Machines;
let relay: NatsRelay | undefined;
afterEach(async () => {
  await cluster.stop();
  await relay?.close();
  relay = undefined;
});

const say = (text: string): number => cluster.system.telegram.owner.say(text);
const lines = (machine: Machine, text: string): number => machine.log().split(text).length - 1;
const ccbot = ({ env, project }: Machine, ...args: string[]) =>
  runProgram({ ...cluster.system, env, project }, CCBOT, ...args);

const logs = (): string =>
  cluster.machines.map((machine) => `== ${machine.host}\n${machine.log().slice(-4_000)}`).join('\n');

/** How often each machine has begun to poll. */
const terms = (): number[] => cluster.machines.map((machine) => machine.epochs().length);

/** Resolves with the machine that begins to poll after `before`. After a loss, epochs count from the beginning. */
async function nextPoller(before: readonly number[]): Promise<Machine> {
  const began = (): Machine | undefined =>
    cluster.machines.find((_machine, i) => (terms()[i] ?? 0) > (before[i] ?? 0));
  await until(() => began() !== undefined, logs, 60_000);
  return began() as Machine;
}

/** Starts the machines; the first one polls. */
async function start(...hosts: string[]): Promise<Machine[]> {
  cluster = await prepareMachines(hosts);
  return cluster.start();
}

/** Asks the machine of a session to end it, and resolves with its question. */
async function askToKill(machine: Machine, name: string): Promise<ChatMessage> {
  say(`/kill ${machine.host}:${name}`);
  return cluster.system.telegram.waitFor(() =>
    botMessages(cluster.system, `${name} · ${machine.host}`).find(
      (m) => labels(m)[0]?.includes('End') === true,
    ),
  );
}

const names = () => clusterNames(cluster.system.env['TELEGRAM_BOT_TOKEN'] ?? '');

/** Asks the server for something that ccbot would not. */
async function asAdmin<T>(
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
const sharedKeys = (): Promise<string[]> =>
  asAdmin(async (_jsm, bucket) => {
    const keys: string[] = [];
    for await (const key of await (await bucket(names().state)).keys()) keys.push(key);
    return keys.sort();
  });

/** The machine of a message, as the cluster knows it. */
const ownerOf = (chatId: number, message: number): Promise<string | undefined> =>
  asAdmin(async (_jsm, bucket) =>
    (await (await bucket(names().messages)).get(`${chatId}.${message}`))?.string(),
  );

/** Waits until a machine says in its log, in `ccbot status` and in the chat why it does not take part. */
async function saysWhy(machine: Machine, code: string, what: string): Promise<void> {
  await until(() => machine.log().includes(code), logs, 60_000);
  await until(async () => (await ccbot(machine, 'status')).stdout.includes(what), logs, 60_000);
  const notice = await botSays(cluster.system, 'cannot take part in the cluster', 60_000);
  expect(notice.text).toContain(what);
  expect(notice.text).toContain(machine.host);
}

describe('after the cluster lost its data', () => {
  it('a button of each machine from before that counts, and everything they share is there again', async () => {
    const [ada, bob] = (await start('ada', 'bob')) as [Machine, Machine];
    say('/host bob');
    await botSays(cluster.system, 'now start on bob');
    await cluster.startShell(ada, 'near');
    await cluster.startShell(bob, 'far');
    const written = say('echo "written on $CCBOT_HOST"');
    await botSays(cluster.system, 'written on bob');
    const questions = new Map([
      [ada, await askToKill(ada, 'near')],
      [bob, await askToKill(bob, 'far')],
    ]);
    const { telegram } = cluster.system;
    telegram.fault({ method: 'sendMessage', kind: '429', retryAfter: 3, times: 1 });
    say('/help');
    await botSays(cluster.system, 'Start with /new');
    const isReported = (host: string) => async () =>
      (await sharedKeys()).filter((key) => key.startsWith(`report.${host}.`)).length > 0;
    for (const { host } of [ada, bob]) await until(isReported(host), logs, 60_000);
    const keys = await sharedKeys();
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
    const [before, joined] = [terms(), [ada, bob].map((machine) => machine.joins())];
    await cluster.nats.kill();
    cluster.nats.loseData();
    await cluster.nats.start();
    for (const [i, machine] of [ada, bob].entries()) await machine.joined(joined[i] ?? 0, JOIN_MS);
    const poller = await nextPoller(before);
    const lost = await botSays(cluster.system, 'has lost its data');
    expect(lost.text).toContain('send again');
    // What Telegram told ends by itself, so it may be over.
    const expected = keys.filter((key) => !key.startsWith('hold.'));
    await until(
      async () => (await sharedKeys()).filter((key) => expected.includes(key)).length === expected.length,
      () => `${expected.join(' ')}\n${logs()}`,
      60_000,
    );
    for (const [{ host }, { chatId, id }] of questions) {
      await until(async () => (await ownerOf(chatId, id)) === host, logs, 60_000);
      // What the user wrote to a session is of its machine, too.
      await until(async () => (await ownerOf(chatId, written)) === 'bob', logs);
    }
    const other = poller === ada ? bob : ada;
    expect(other.windows()).toContain('bash');
    const question = questions.get(other) as ChatMessage;
    telegram.owner.tap(labels(question)[0] ?? '', question.id);
    await until(() => !other.windows().includes('bash'), logs);
    expect(poller.windows()).toContain('bash');
    expect(telegram.overlaps()).toBe(0);
  });

  it('an update that comes while its files are gone under a server that runs is handled once, when that was restarted', async () => {
    const [ada, bob] = (await start('ada', 'bob')) as [Machine, Machine];
    await cluster.startShell(bob, 'far');
    const before = terms();
    cluster.nats.loseData();
    await asAdmin(async (_jsm, bucket) => writeUntilRefused(await bucket(names().state)));
    await saysWhy(ada, 'CLUSTER_STORE_FAILED', 'cannot use its own data');
    await until(() => bob.log().includes('CLUSTER_STORE_FAILED'), logs);
    const polls = cluster.system.telegram.polls.length;
    say('echo "sent on $CCBOT_HOST"');
    await cluster.nats.kill();
    expect(cluster.system.telegram.polls).toHaveLength(polls);
    await cluster.nats.start();
    await nextPoller(before);
    await botSays(cluster.system, 'sent on bob');
    await botSays(cluster.system, 'has lost its data');
    // One machine says it, once.
    expect(botMessages(cluster.system, 'cannot take part')).toHaveLength(0);
    expect(cluster.system.telegram.overlaps()).toBe(0);
  });

  it('nothing stops for long when the stream of updates is deleted while all of them run', async () => {
    const [ada, bob] = (await start('ada', 'bob')) as [Machine, Machine];
    await cluster.startShell(bob, 'far');
    const joined = [ada, bob].map((machine) => machine.joins());
    await asAdmin((jsm) => jsm.streams.delete(names().stream));
    say('echo "sent on $CCBOT_HOST"');
    for (const [i, machine] of [ada, bob].entries()) await machine.joined(joined[i] ?? 0, JOIN_MS);
    await botSays(cluster.system, 'sent on bob');
    expect(ada.log()).toContain('CLUSTER_LOST_DATA');
    say('echo "again on $CCBOT_HOST"');
    await botSays(cluster.system, 'again on bob');
    expect(cluster.system.telegram.overlaps()).toBe(0);
  });
});

describe('what a machine cannot work with is said in the log, the status and the chat, and it comes back by itself', () => {
  it('a server that is too old', async () => {
    cluster = await prepareMachines(['ada']);
    const [ada] = cluster.machines as [Machine];
    relay = await openNatsRelay(cluster.nats.port, { version: '2.6.2' });
    ada.env['CCBOT_CLUSTER_URL'] = relay.url;
    ada.supervise();
    await saysWhy(ada, 'CLUSTER_UNFIT', 'it is NATS 2.6.2, and ccbot needs 2.9.4 or later');
    expect(cluster.system.telegram.polls).toEqual([]);
    expect(await ccbot(ada, 'cluster', 'status')).toMatchObject({
      code: 75,
      stderr: expect.stringContaining('it is NATS 2.6.2') as string,
    });
    relay.pretend({});
    await nextPoller([]);
    say('/help');
    await botSays(cluster.system, 'Start with /new');
    await botSays(cluster.system, 'connected to the cluster again');
  });

  it('a bucket of another bot, which stays as it is', async () => {
    cluster = await prepareMachines(['ada']);
    const [ada] = cluster.machines as [Machine];
    const stream = `KV_${names().state}`;
    const theirs = { name: stream, subjects: ['of.others'], description: 'ccbot, bot 42, schema 1' };
    await asAdmin(async (jsm) => {
      await jsm.streams.delete(stream);
      await jsm.streams.add(theirs);
    });
    ada.supervise();
    await saysWhy(ada, 'CLUSTER_FOREIGN', 'it is of bot 42');
    expect(cluster.system.telegram.polls).toEqual([]);
    expect((await ccbot(ada, 'cluster', 'status')).stderr).toContain('it is of bot 42');
    await asAdmin(async (jsm) => {
      expect((await jsm.streams.info(stream)).config.subjects).toEqual(['of.others']);
      await jsm.streams.delete(stream);
    });
    await nextPoller([]);
    say('/help');
    await botSays(cluster.system, 'Start with /new');
  });

  it('the name of another machine, until that has left', async () => {
    cluster = await prepareMachines(['ada', 'bob']);
    const [ada, bob] = cluster.machines as [Machine, Machine];
    bob.env['CCBOT_HOST'] = 'ada';
    ada.supervise();
    await nextPoller([]);
    bob.supervise();
    await until(() => bob.log().includes('CLUSTER_HOST_TAKEN'), logs, 60_000);
    const what = 'Another machine on the cluster is already called ada';
    await until(async () => (await ccbot(bob, 'status')).stdout.includes(what));
    expect((await botSays(cluster.system, 'cannot take part in the cluster', 60_000)).text).toContain(what);
    say('/help');
    await botSays(cluster.system, 'Start with /new');
    expect(bob.epochs()).toEqual([]);
    const before = terms();
    await ada.stop();
    expect(await nextPoller(before)).toBe(bob);
    expect(cluster.system.telegram.overlaps()).toBe(0);
  });

  it('a machine of a later version that joins beside it, of which it changes nothing', async () => {
    const [ada] = (await start('ada')) as [Machine];
    say(`/new @shell ${ada.project}/ bash --norc -i`);
    await botSays(cluster.system, 'Shell');
    const later = {
      'machine.bob': JSON.stringify({ schema: 2, name: ['in', 'another', 'form'] }),
      'session.later': JSON.stringify({ schema: 2 }),
      'setting.later': 'in another form',
      'handled.ada.later': '{',
      'later.kind': 'of which nobody knows',
    };
    await asAdmin(async (_jsm, bucket) => {
      const state = await bucket(names().state);
      for (const [key, value] of Object.entries(later)) await state.put(key, value);
    });
    await saysWhy(ada, 'CLUSTER_NEWER', 'The machine bob on the cluster runs a later ccbot');
    const polls = cluster.system.telegram.polls.length;
    // It holds the lease, in a form of its own.
    const lease = await asAdmin(async (_jsm, bucket) =>
      (await bucket(names().lease)).put('poller', '{"schema":2}'),
    );
    say('/help');
    const { code, stdout } = await ccbot(ada, 'cluster', 'status');
    expect([code, stdout]).toEqual([3, expect.stringContaining('nobody')]);
    await asAdmin(async (_jsm, bucket) => {
      expect((await (await bucket(names().lease)).get('poller'))?.revision).toBe(lease);
      const state = await bucket(names().state);
      for (const [key, value] of Object.entries(later)) expect((await state.get(key))?.string()).toBe(value);
      await state.delete('machine.bob');
    });
    expect(cluster.system.telegram.polls).toHaveLength(polls);
    expect(ada.windows()).toContain('bash');
    await botSays(cluster.system, 'Start with /new', 60_000);
    expect(lines(ada, 'CLUSTER_NEWER')).toBe(1);
    await botSays(cluster.system, 'connected to the cluster again');
  });
});
