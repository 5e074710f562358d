import fc from 'fast-check';
import { network, type Network } from '../fixtures/network';
import { createSharedCopy } from '../shared/copy';
import { cardKey, handledKey, settingKey } from '../shared/keys';
import type { CardRole, Machine } from '../model';
import { createSharedCards, type SharedCards } from './cards';
import { CLEAR_MS } from './decide';

const CHAT = 7;
const HOSTS = ['ada', 'bob', 'cyd'];
const ACTIVE = settingKey(`chat:${CHAT}`, 'active');

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => jest.useRealTimers());

/** A machine with one session, named like itself. Its card is out of the chat as soon as it is cleared. */
class Node {
  active: string | undefined;
  isJoined = false;
  away = new Set<string>();
  /** A card of its own is in the chat. */
  isUp = false;
  clearsAtOnce = true;
  roles: CardRole[] = [];
  /** How often the user wrote to another machine. */
  spoken = 0;
  readonly copy = createSharedCopy(() => undefined);
  readonly cards: SharedCards;

  constructor(readonly host: string) {
    this.cards = createSharedCards({
      host,
      copy: this.copy,
      directory: {
        machines: () => HOSTS.map((name) => ({ host: name, isAway: this.away.has(name) }) as Machine),
        hostOf: (id) => ([...HOSTS, 'ada-2'].includes(id) ? id.slice(0, 3) : undefined),
      },
      standing: () => ({ isJoined: this.isJoined, poller: 'ada' }),
      active: () => this.active,
      log: () => undefined,
    });
    this.copy.listen(({ key, value }) => {
      if (key === ACTIVE) this.active = value ?? undefined;
    });
    this.copy.listen((entry) => this.cards.taken(entry));
    this.cards.watch({
      chats: [CHAT],
      has: (session) => session === host,
      changed: (_chatId, role) => {
        this.roles.push(role);
        if (role === 'clear' && this.clearsAtOnce) this.clear();
      },
      spoken: () => void this.spoken++,
    });
  }

  async join({ bucket }: Network): Promise<void> {
    await this.copy.connected(bucket);
    this.isJoined = true;
    this.cards.connected();
  }

  choose(session: string): void {
    this.active = session;
    this.copy.put(ACTIVE, session);
  }

  clear(): void {
    this.isUp = false;
    this.cards.cleared(CHAT);
  }

  role(): CardRole {
    const role = this.cards.roleOf(CHAT);
    if (role === 'draw') this.isUp = true;
    return role;
  }
}

async function started(): Promise<{ net: Network; nodes: Node[] }> {
  const net = network();
  const nodes = HOSTS.map((host) => new Node(host));
  for (const node of nodes) await node.join(net);
  await settle(net);
  return { net, nodes };
}

async function settle(net: Network): Promise<void> {
  for (let isMore = true; isMore;) {
    isMore = HOSTS.map((_, i) => net.pass(i)).includes(true);
    // A write is under way until the next turn of the event loop.
    await Promise.resolve();
    await Promise.resolve();
  }
}

const roles = (nodes: readonly Node[]): CardRole[] => nodes.map((node) => node.role());
const upOnes = (nodes: readonly Node[]): string[] =>
  nodes.flatMap((node) => (node.role() === 'draw' || node.isUp ? [node.host] : []));

it('go to the machine of the session that a user chooses, and back', async () => {
  const { net, nodes } = await started();
  const [ada, bob] = nodes as [Node, Node, Node];
  for (const [chooser, host] of [
    [ada, 'ada'],
    [bob, 'bob'],
    [bob, 'ada'],
  ] as const) {
    chooser.choose(host);
    await settle(net);
    expect(upOnes(nodes)).toEqual([host]);
    expect(roles(nodes)).toEqual(HOSTS.map((name) => (name === host ? 'draw' : 'clear')));
  }
});

it('are not two when two machines choose at the same time, where nobody has one to remove', async () => {
  const { net, nodes } = await started();
  const [ada, bob] = nodes as [Node, Node, Node];
  ada.choose('nobody’s');
  await settle(net);
  expect(roles(nodes)).toEqual(['clear', 'clear', 'clear']);
  bob.choose('bob');
  await Promise.resolve();
  ada.choose('ada');
  await Promise.resolve();
  for (let turn = 0; turn < 20; turn++) {
    for (const i of [1, 0]) {
      net.pass(i);
      await Promise.resolve();
      await Promise.resolve();
      expect(upOnes(nodes).length).toBeLessThan(2);
    }
  }
  await settle(net);
  expect(roles(nodes)).toEqual(['draw', 'clear', 'clear']);
});

it('stay where they are when a user chooses another session of the same machine', async () => {
  const { net, nodes } = await started();
  const [ada] = nodes as [Node, Node, Node];
  ada.choose('ada');
  await settle(net);
  ada.choose('ada-2');
  expect(ada.role()).toBe('draw');
  await settle(net);
  expect(ada.roles.at(-1)).toBe('draw');
});

it('are never two, in whatever order machines choose sessions and hear of it, and one in the end', async () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('choose' as const), node: fc.nat(2), session: fc.nat(2) }),
    fc.record({ do: fc.constant('hear' as const), node: fc.nat(2), session: fc.constant(0) }),
    fc.record({ do: fc.constant('clear' as const), node: fc.nat(2), session: fc.constant(0) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const { net, nodes } = await started();
      for (const node of nodes) node.clearsAtOnce = false;
      for (const { do: action, node: i, session } of steps) {
        const node = nodes[i] as Node;
        if (action === 'choose') node.choose(HOSTS[session] as string);
        else if (action === 'hear') net.pass(i);
        else if (node.role() === 'clear') node.clear();
        await Promise.resolve();
        await Promise.resolve();
        expect(upOnes(nodes).length).toBeLessThan(2);
      }
      for (let round = 0; round < 3; round++) {
        await settle(net);
        for (const node of nodes) if (node.role() === 'clear') node.clear();
      }
      const active = net.value(ACTIVE);
      const drawers = nodes.filter((node) => node.role() === 'draw').map(({ host }) => host);
      expect(drawers).toEqual([active ?? 'ada']);
      expect(upOnes(nodes)).toEqual(drawers);
      for (const { cards } of nodes) cards.stop();
    }),
    { numRuns: 300 },
  );
});

it('are taken over from a machine that was killed, at once when it is known to be away and otherwise a little later', async () => {
  for (const isKnown of [true, false]) {
    const { net, nodes } = await started();
    const [ada, bob, cyd] = nodes as [Node, Node, Node];
    ada.choose('ada');
    await settle(net);
    ada.clearsAtOnce = false; // it does nothing any more
    if (isKnown) for (const node of [bob, cyd]) node.away.add('ada');
    bob.choose('bob');
    await settle(net);
    expect(bob.role()).toBe(isKnown ? 'draw' : 'wait');
    jest.advanceTimersByTime(CLEAR_MS + 1);
    expect(bob.role()).toBe('draw');
    // When it is back, its card goes.
    const again = new Node('ada');
    await again.join(net);
    expect(again.role()).toBe('clear');
    await settle(net);
    expect(net.value(cardKey('ada', CHAT))).toBeNull();
    expect(bob.role()).toBe('draw');
  }
});

it('stay as they are while a machine is cut off, and go when it is back and another has the session', async () => {
  const { net, nodes } = await started();
  const [ada, bob] = nodes as [Node, Node, Node];
  ada.choose('ada');
  await settle(net);
  expect(ada.role()).toBe('draw');
  ada.isJoined = false;
  ada.cards.look();
  expect(ada.role()).toBe('wait');
  bob.away.add('ada');
  bob.choose('bob');
  for (let more = true; more;) {
    more = [1, 2].map((i) => net.pass(i)).includes(true);
    await Promise.resolve();
    await Promise.resolve();
  }
  expect([ada.role(), bob.role()]).toEqual(['wait', 'draw']);
  await settle(net);
  ada.isJoined = true;
  ada.cards.connected();
  expect(ada.roles.slice(-2)).toEqual(['wait', 'clear']);
});

it('move below what the user wrote to another machine, once, and not because of what was there before', async () => {
  const net = network();
  const write = (host: string, row: unknown) => net.bucket.put(handledKey(host, CHAT), JSON.stringify(row));
  await write('bob', { update: 5, awaits: 'no', written: 4 });
  const ada = new Node('ada');
  await ada.join(net);
  expect(ada.spoken).toBe(0);
  await write('bob', { update: 6, awaits: 'no', written: 6 });
  await write('bob', { update: 7, awaits: 'no', written: 6 });
  await write('ada', { update: 8, awaits: 'no', written: 8 });
  await write('bob', { update: 9, awaits: 'no' });
  await net.bucket.put('handled.bob', '{}');
  await net.bucket.put(handledKey('bob', CHAT), 'no row');
  await settle(net);
  expect(ada.spoken).toBe(1);
});

it('are cleared again after that failed, such as on a full disk', async () => {
  const { net, nodes } = await started();
  const [ada, bob] = nodes as [Node, Node, Node];
  ada.choose('ada');
  await settle(net);
  const clear = jest.spyOn(ada, 'clear').mockImplementationOnce(() => {
    throw new Error('disk full');
  });
  bob.choose('bob');
  await settle(net);
  ada.cards.look();
  expect(clear).toHaveBeenCalledTimes(2);
  await settle(net);
  expect(bob.role()).toBe('draw');
});
