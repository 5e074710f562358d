import type { ChatMessage } from '@ccbot/sandbox/telegram/model';
import { botMessages, botSays, labels } from './harness/chat';
import { prepareMachines, type Machine, type Machines } from './harness/machines';
import { until } from './harness/until';

let cluster: Machines;
afterEach(async () => {
  await cluster.stop();
});

const owner = () => cluster.system.telegram.owner;
const say = (text: string): number => owner().say(text);
const tap = (label: string, message: ChatMessage): void => void owner().tap(label, message.id);

/** Starts the machines; the first one polls. */
async function start(...hosts: string[]): Promise<Machine[]> {
  cluster = await prepareMachines(hosts);
  return cluster.start();
}

it('starts a session on the machine that is tapped, named, or set with /host, and shows it with its machine', async () => {
  const [ada, bob] = (await start('ada', 'bob')) as [Machine, Machine];
  say(`/new @shell ${bob.project}/ bash --norc -i`);
  const question = await botSays(cluster.system, 'on which machine');
  expect(labels(question)).toEqual(['🖥 ada', '🖥 bob']);
  tap('🖥 bob', question);
  await botSays(cluster.system, 'bash · bob');
  await until(() => botMessages(cluster.system, 'on which machine').length === 0);
  say('echo "here on $CCBOT_HOST"');
  await botSays(cluster.system, 'here on bob');
  say(`/new ada:@shell ${ada.project}/ bash --norc -i`);
  await botSays(cluster.system, 'bash · ada');
  say('/host bob');
  await botSays(cluster.system, 'now start on bob');
  say(`/new @shell ${bob.project}/ sleep 1000`);
  await botSays(cluster.system, 'sleep · bob');
  expect(ada.windows()).toContain('bash');
  expect(bob.windows()).toMatch(/bash[\s\S]*sleep|sleep[\s\S]*bash/);
  expect(ada.windows() + bob.windows()).not.toContain('·');
  expect(cluster.system.telegram.overlaps()).toBe(0);
});

it('acts on the session that is named, on whichever machine it is, and on none of two of one name', async () => {
  const [ada, bob] = (await start('ada', 'bob')) as [Machine, Machine];
  await cluster.startShell(bob, 'demo');
  await cluster.startShell(ada, 'demo');
  say('/kill demo');
  const refusal = await botSays(cluster.system, 'Several machines have a session');
  expect(refusal.text).toMatch(/ada:demo, bob:demo|bob:demo, ada:demo/);
  say('/kill bob:demo');
  const sure = await cluster.system.telegram.waitFor(() =>
    botMessages(cluster.system, 'demo · bob').find((m) => labels(m)[0]?.includes('End') === true),
  );
  expect(bob.windows()).toContain('bash');
  tap(labels(sure)[0] ?? '', sure);
  await until(() => !bob.windows().includes('bash'));
  expect(ada.windows()).toContain('bash');
});

it('says once that what is sent to a machine that is away waits, and delivers it when the machine is back', async () => {
  const [, bob] = (await start('ada', 'bob')) as [Machine, Machine];
  await cluster.startShell(bob, 'demo');
  // A card on its way below the last message is in the chat at no moment that a test could name: wait for its arrival.
  const first = say('echo "first on $CCBOT_HOST"');
  const card = await cluster.system.telegram.waitFor(() =>
    botMessages(cluster.system, 'first on bob').find((m) => m.id > first && labels(m).includes('🖥 Screen')),
  );
  await bob.stop();
  say('echo "late on $CCBOT_HOST"');
  const notice = await botSays(cluster.system, 'bob is away, last seen');
  say('echo "later on $CCBOT_HOST"');
  tap('🖥 Screen', card);
  const toasts = () =>
    cluster.system.telegram.calls.filter(
      ({ method, params }) =>
        method === 'answerCallbackQuery' && String(params['text']).includes('bob is away'),
    );
  await until(() => toasts().length === 1);
  expect(botMessages(cluster.system, 'bob is away').map(({ id }) => id)).toEqual([notice.id]);
  bob.supervise();
  await botSays(cluster.system, 'later on bob');
  expect(botMessages(cluster.system, 'bob is away')).toHaveLength(1);
  expect(cluster.system.telegram.overlaps()).toBe(0);
});

it('lets the chat write to a session of a machine that is away, and brings it there when the machine is back', async () => {
  const [ada, bob] = (await start('ada', 'bob')) as [Machine, Machine];
  await cluster.startShell(bob, 'far');
  await cluster.startShell(ada, 'near');
  await bob.stop();
  say('/switch far');
  const notice = await botSays(cluster.system, 'Your messages go to');
  expect(notice.text).toContain('far · bob');
  say('echo "typed on $CCBOT_HOST"');
  await botSays(cluster.system, 'so your message waits');
  bob.supervise();
  await botSays(cluster.system, 'typed on bob');
  expect(botMessages(cluster.system, 'typed on ada')).toEqual([]);
  expect(cluster.system.telegram.overlaps()).toBe(0);
});

it('lists the sessions, requests, usage, archive and health of all machines, wherever they are asked for', async () => {
  const [ada, bob] = (await start('ada', 'bob')) as [Machine, Machine];
  await cluster.startShell(bob, 'far');
  await cluster.startShell(ada, 'near');
  say('/sessions');
  const list = await botSays(cluster.system, 'Tap one to write to it');
  expect(labels(list)).toEqual(expect.arrayContaining([expect.stringMatching(/^far · bob/)]));
  expect(labels(list)).toEqual(expect.arrayContaining([expect.stringMatching(/^● near · ada/)]));
  tap(labels(list).find((label) => label.startsWith('far · bob')) ?? '', list);
  say('echo "written on $CCBOT_HOST"');
  await botSays(cluster.system, 'written on bob');
  say('/usage');
  const usage = await cluster.system.telegram.waitFor(() =>
    botMessages(cluster.system, 'far · bob:').find((m) => m.text.includes('near · ada:')),
  );
  expect(usage.text).toContain('near · ada:');
  say('/inbox');
  await botSays(cluster.system, 'Nothing is waiting for you');
  say('/done near');
  await botSays(cluster.system, 'near · ada is done');
  say('/archive');
  await botSays(cluster.system, '1. near · ada');
  say('/health');
  const health = await botSays(cluster.system, 'ada (fetches the messages)');
  expect(health.text).toMatch(/bob\n[^]*memory: /);
  await bob.stop();
  say('/sessions');
  await cluster.system.telegram.waitFor(() =>
    botMessages(cluster.system, 'bob is away').find((m) => m.text.includes('Tap one')),
  );
  expect(cluster.system.telegram.overlaps()).toBe(0);
});

it('brings a message that had no session to the machine on which one is started', async () => {
  const [ada, bob] = (await start('ada', 'bob')) as [Machine, Machine];
  say('echo "kept on $CCBOT_HOST"');
  const question = await botSays(cluster.system, 'on which machine');
  expect(question.text).toContain('Your message is kept');
  say(`/new bob:@shell ${bob.project}/ bash --norc -i`);
  await botSays(cluster.system, 'kept on bob');
  await until(() => botMessages(cluster.system, 'on which machine').length === 0);
  expect(ada.windows()).not.toContain('bash');
  expect(cluster.system.telegram.overlaps()).toBe(0);
});
