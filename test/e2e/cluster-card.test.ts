import { join } from 'node:path';
import type { ChatMessage } from '@ccbot/sandbox/telegram/model';
import { botSays, labels } from './harness/chat';
import { waitUntilRecorded } from './harness/kill';
import { withMachines, type Machine, type Machines } from './harness/machines';
import { runProgram } from './harness/run-program';
import { workerPid } from './harness/system';
import { until } from './harness/until';

const AGENT = join(__dirname, '..', '..', 'packages/sandbox/bin/ccbot-scripted-agent.js');

/** Machines that are prepared, and a chat that is watched. */
interface Cluster extends Machines {
  /** The most live cards, and the most messages with a footer, that the chat has shown at one time. */
  most: { cards: number; footers: number };
}

const say = ({ system }: Machines, text: string): number => system.telegram.owner.say(text);
const messages = ({ system }: Machines): ChatMessage[] => system.telegram.owner.fromBot();
const cards = (cluster: Machines): ChatMessage[] =>
  messages(cluster).filter((m) => labels(m).some((l) => /^⋯ (More|Less)/.test(l)));
/** The messages with buttons that choose a session. */
const footers = (cluster: Machines): ChatMessage[] =>
  messages(cluster).filter((m) => labels(m).some((l) => l.startsWith('● ')));
/** The only card, once its first line contains `first` and the whole of it each of the texts. */
const card = (cluster: Machines, first: string, ...texts: string[]): Promise<ChatMessage> =>
  cluster.system.telegram.waitFor(() => {
    const [only, second] = cards(cluster);
    if (only === undefined || second !== undefined || !topOf(only).includes(first)) return false;
    return texts.every((text) => only.text.includes(text)) && only;
  });
const topOf = ({ text }: ChatMessage): string => text.split('\n', 1)[0] ?? '';

/** Taps a session in the footer, once that is there. */
async function choose(cluster: Machines, name: string): Promise<void> {
  const { telegram } = cluster.system;
  const footer = await telegram.waitFor(() => footers(cluster).find((m) => labels(m).includes(name)));
  telegram.owner.tap(name, footer.id);
}

/** Resolves when the agent has a prompt. */
const taken = ({ system: { telegram } }: Machines, id: number): Promise<boolean> =>
  telegram.waitFor(() => telegram.owner.chat().find((m) => m.id === id)?.reaction === '👌');

const SCRIPT = {
  turns: [
    {
      match: '^ask',
      steps: [
        { do: 'tool', name: 'Bash', input: { command: 'make it' }, result: 'made', asks: true },
        { do: 'say', text: 'the answer on request' },
      ],
    },
    {
      match: '^later',
      steps: [
        { do: 'say', text: 'on it' },
        { do: 'say', text: 'the late answer', ms: 8_000 },
      ],
    },
    {
      match: '^work',
      steps: [
        { do: 'say', text: 'on it' },
        { do: 'say', text: 'done', ms: 600_000 },
      ],
    },
    { match: 'quick', steps: [{ do: 'say', text: 'the quick answer' }] },
  ],
};

/** Runs a test on machines of its own with the scripted agent. */
const onMachines = (hosts: readonly string[], test: (cluster: Cluster) => Promise<void>): Promise<void> =>
  withMachines(hosts, async (machines) => test(await watched(machines)), {
    settings: { CLAUDE_COMMAND: `"${process.execPath}" "${AGENT}"`, CLAUDE_FLAGS: '' },
    script: SCRIPT,
  });

async function watched(machines: Machines): Promise<Cluster> {
  const cluster: Cluster = { ...machines, most: { cards: 0, footers: 0 } };
  const { system } = cluster;
  for (const { env, project } of cluster.machines) {
    const installed = await runProgram(
      { ...system, env, project },
      system.programs.worker,
      'hook',
      '--install',
    );
    expect(installed.code).toBe(0);
  }
  system.telegram.state.changed.on('change', () => {
    const { most } = cluster;
    most.cards = Math.max(most.cards, cards(cluster).length);
    most.footers = Math.max(most.footers, footers(cluster).length);
  });
  return cluster;
}

/** Starts a machine, and resolves when it has joined. */
async function start(machine: Machine): Promise<void> {
  const before = machine.joins();
  machine.supervise();
  await machine.joined(before);
}

/** Starts the machines, and a session on each. That of the first one is active. */
async function withSessions(cluster: Cluster, ...machines: Machine[]): Promise<void> {
  for (const machine of machines) await start(machine);
  await cluster.pollerAfter(0);
  for (const { host, project } of [...machines].reverse()) {
    say(cluster, `/new ${host}:on-${host} ${project}`);
    await card(cluster, `on-${host} · ${host} · Claude Code · ready`);
  }
  expect(cluster.most.cards).toBe(1);
}

// All at the same time, as they mostly wait: for leases to end, and for agents.

it.concurrent('is drawn by the machine of the active session, with the sessions of all, and moves there and back', () =>
  onMachines(['ada', 'bob'], async (cluster) => {
    const [ada, bob] = cluster.machines as [Machine, Machine];
    await withSessions(cluster, ada, bob);
    const { telegram } = cluster.system;
    for (const name of ['on-bob · bob', 'on-ada · ada', 'on-bob · bob']) {
      await choose(cluster, name);
      const shown = await card(cluster, name, 'ready');
      await telegram.waitFor(() => labels(shown).includes(`● ${name}`) && footers(cluster).length === 1);
    }
    expect(cluster.most).toEqual({ cards: 1, footers: 1 });
  }));

it.concurrent('moves while its agent works, whose requests and results still come from its own machine', () =>
  onMachines(['ada', 'bob'], async (cluster) => {
    const [ada, bob] = cluster.machines as [Machine, Machine];
    await withSessions(cluster, ada, bob);
    const { telegram } = cluster.system;
    say(cluster, 'ask me');
    const request = await botSays(cluster.system, 'wants to run');
    await telegram.waitFor(() => cards(cluster).some((m) => m.text.includes('❯ ask me')));
    await choose(cluster, 'on-bob · bob');
    await card(cluster, 'on-bob · bob', 'ready');
    telegram.owner.tap('✓ Allow', request.id);
    const result = await botSays(cluster.system, 'the answer on request');
    expect(labels(result)).toContain('↗ Open');
    await card(cluster, 'on-bob · bob', 'ready');
    telegram.owner.tap('↗ Open', result.id);
    // On a card of its own, if its turn was over already.
    await botSays(cluster.system, '✓ on-ada · ada · done');
    await telegram.waitFor(
      () =>
        footers(cluster).length === 1 && footers(cluster).every((m) => labels(m).includes('● on-ada · ada')),
    );
    expect(cluster.most.cards).toBe(1);
  }));

it.concurrent('is in the topic in which its session was chosen, and below what the user wrote to another machine', () =>
  onMachines(['ada', 'bob'], async (cluster) => {
    const [ada, bob] = cluster.machines as [Machine, Machine];
    await withSessions(cluster, ada, bob);
    const { telegram } = cluster.system;
    const topic = telegram.owner.beginTopic('train');
    telegram.owner.say('/switch on-bob', { thread: topic });
    await telegram.waitFor(() => cards(cluster).length === 1 && cards(cluster)[0]?.thread === topic);
    say(cluster, '/switch on-ada');
    const first = await card(cluster, 'on-ada · ada', 'ready');
    expect(first.thread).toBeUndefined();
    const [other] = cluster.machines.filter((machine) => machine !== cluster.poller());
    say(cluster, `/new ${other?.host}:second ${other?.project}`);
    await card(cluster, 'second');
    say(cluster, '/help');
    const help = await botSays(cluster.system, 'Start with /new');
    say(cluster, 'work on it');
    await telegram.waitFor(() => cards(cluster)[0]?.text.includes('on it'));
    expect(cards(cluster)[0]?.id).toBeGreaterThan(help.id);
    expect(cluster.most.cards).toBe(1);
  }));

it.concurrent('of a machine that was killed goes when that is back, and another takes over before', () =>
  onMachines(['ada', 'bob', 'cyd'], async (cluster) => {
    const [ada, bob, cyd] = cluster.machines as [Machine, Machine, Machine];
    await withSessions(cluster, ada, bob, cyd);
    const { telegram } = cluster.system;
    const dead = await card(cluster, 'on-ada · ada');
    await waitUntilRecorded(ada, ''); // what it was killed in the middle of sending, it would not know
    await ada.kill();
    telegram.owner.tap('on-bob · bob', dead.id);
    await telegram.waitFor(() => cards(cluster).some((m) => topOf(m).includes('on-bob · bob')));
    await start(ada);
    await card(cluster, 'on-bob · bob');
    await telegram.waitFor(() => footers(cluster).length === 1);
    say(cluster, 'quick one');
    await botSays(cluster.system, 'the quick answer');
    await choose(cluster, 'on-cyd · cyd');
    await card(cluster, 'on-cyd · cyd', 'ready');
    await choose(cluster, 'on-ada · ada');
    await card(cluster, 'on-ada · ada', 'ready');
  }));

it.concurrent('waits for the cluster, and the results of its session do not', () =>
  onMachines(['ada', 'bob'], async (cluster) => {
    const [ada, bob] = cluster.machines as [Machine, Machine];
    await withSessions(cluster, ada, bob);
    const { telegram } = cluster.system;
    await taken(cluster, say(cluster, 'later please'));
    await cluster.nats.kill();
    await botSays(cluster.system, 'the late answer');
    await telegram.waitFor(() => cards(cluster).length === 0);
    const epoch = cluster.epoch();
    await cluster.nats.start();
    await cluster.pollerAfter(epoch);
    await choose(cluster, 'on-bob · bob');
    await card(cluster, 'on-bob · bob', 'ready');
    expect(cluster.most.cards).toBe(1);
  }));

it.concurrent('and everything else of a chat wait on all machines when Telegram tells one of them to wait', () =>
  onMachines(['ada', 'bob'], async (cluster) => {
    const [ada, bob] = cluster.machines as [Machine, Machine];
    await withSessions(cluster, ada, bob);
    const { telegram } = cluster.system;
    telegram.fault({ method: 'sendMessage', kind: '429', retryAfter: 4, times: 1 });
    say(cluster, 'quick one');
    const refused = await telegram.waitFor(() => telegram.calls.find(({ status }) => status === 429));
    await until(() => bob.log().includes('held up by telegram'));
    await choose(cluster, 'on-bob · bob');
    await card(cluster, 'on-bob · bob', 'ready');
    await botSays(cluster.system, 'the quick answer');
    const next = telegram.calls.find(
      ({ method, atNs, params }) => method === 'sendMessage' && atNs > refused.atNs && 'text' in params,
    );
    expect(Number((next?.atNs ?? 0n) - refused.atNs) / 1e6).toBeGreaterThan(3_900);
    expect(telegram.calls.filter(({ status }) => status === 429)).toHaveLength(1);
  }));

it.concurrent('has messages whose machine is known, also of those that it sent while the cluster was away', () =>
  onMachines(['ada', 'bob'], async (cluster) => {
    const [ada, bob] = cluster.machines as [Machine, Machine];
    await withSessions(cluster, ada, bob);
    const { telegram } = cluster.system;
    say(cluster, 'ask me');
    const request = await botSays(cluster.system, 'wants to run');
    telegram.owner.tap('✓ Allow', request.id);
    await taken(cluster, say(cluster, 'later please'));
    await cluster.nats.kill();
    const answer = await botSays(cluster.system, 'the late answer');
    await waitUntilRecorded(ada, '');
    // What it has not told the cluster outlives its worker.
    process.kill(workerPid(ada.supervisor()), 'SIGKILL');
    const epoch = cluster.epoch();
    const before = ada.joins();
    await cluster.nats.start();
    await cluster.pollerAfter(epoch);
    await ada.joined(before);
    await choose(cluster, 'on-bob · bob');
    await card(cluster, 'on-bob · bob', 'ready');
    telegram.owner.say('quick reply', { replyTo: answer.id });
    const reply = await botSays(cluster.system, 'the quick answer');
    expect(reply.text).toContain('on-ada · ada');
  }));

it.concurrent('says so when a button is on a message that no machine is known to have sent', () =>
  onMachines(['ada', 'bob'], async (cluster) => {
    const [ada, bob] = cluster.machines as [Machine, Machine];
    await withSessions(cluster, ada, bob);
    const { telegram } = cluster.system;
    say(cluster, 'ask me');
    const request = await botSays(cluster.system, 'wants to run');
    // As of a machine that has left the cluster.
    const { state } = telegram;
    const old = { ...request, id: state.newMessageId(request.chatId) };
    state.messages.push(old);
    const query = telegram.owner.tap('✓ Allow', old.id);
    const toast = await telegram.waitFor(() => state.queries.get(query)?.answered);
    expect(toast).toContain('I do not know which machine sent this message');
    expect(labels(old)).toContain('✓ Allow');
    // The hook that asked would outlive the test.
    telegram.owner.tap('✓ Allow', request.id);
    await botSays(cluster.system, 'the answer on request');
  }));
