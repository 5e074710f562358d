import { clusterNames, type ClusterNames } from '@ccbot/shared/cluster/names';
import type { ClusterSettings } from '@ccbot/shared/cluster/settings';
import type { Fault } from '@ccbot/shared/faults/fault';
import { reasonOf } from '@ccbot/shared/faults/fault';
import type { LogFn } from '@ccbot/shared/log/logger';
import { pause } from '@ccbot/shared/pause';
import type { Settings } from '../store/settings';
import type { PollPermit, RawUpdate, UpdateSink } from '../telegram/poll';
import { createSharedCards, type SharedCards } from './cards/cards';
import { createSharedHolds, type SharedHolds } from './holds/holds';
import { sessionsElsewhere } from './elsewhere';
import { createLeaseClock } from './lease/clock';
import { createLease, type Lease, type LeaseNews } from './lease/lease';
import type { ClusterLink, ConnectCluster, Entry } from './link';
import { createMember, type Member } from './member';
import type {
  Awaits,
  ClusterStanding,
  ClusterView,
  Destination,
  Exchange,
  HandledUpdate,
  SharedSession,
} from './model';
import { createDirectory, type Directory } from './shared/directory';
import { createCopyDisk } from './shared/copy-disk';
import { createExchange, type OpenExchange } from './shared/exchange';
import { createMessageOwners, type MessageOwners } from './shared/messages';
import { UNSHARED_MAX, type UnsharedMessages } from './shared/unshared-messages';
import { createSharedCopy, type SharedCopy } from './shared/copy';
import { createSharedReports, type SharedReports } from './shared/reports';
import { shareSettings, type SharedSettings } from './shared/settings';
import { createPoller, type Poller, type UpdateRules } from './updates/poller';
import { createReceiver, type Receiver, type ReceiverDeps } from './updates/receiver';

/** Where this machine keeps what it knows of the cluster. */
const SCOPE = 'cluster';

/** How often the lag is asked for, ms. */
const LAG_MS = 5_000;

export type ClusterNews =
  /** This machine takes part from now on. */
  | { type: 'joined' }
  | { type: 'away'; why: Fault; wasPolling: boolean }
  | { type: 'lost-data'; why: Fault }
  /** This machine polls, or does not any more. */
  | { type: 'polling'; on: boolean };

/** Who this machine and this run of its worker are. */
export interface ClusterSelf {
  /** The bot's token. */
  token: string;
  /** A uuid of this run. */
  instance: string;
  /** What proves that an earlier holder of the lease is dead: see `leaseNode`. */
  node: string;
  /** This machine's own id on the cluster, which survives restarts. */
  id: string;
  version: string;
  startedAt: number;
}

export interface ClusterDeps {
  settings: ClusterSettings;
  self: ClusterSelf;
  connect: ConnectCluster;
  disk: {
    own: Settings;
    messages: UnsharedMessages;
    tx<T>(work: () => T): T;
    afterCommit(work: () => void): void;
  };
  log: LogFn;
}

/** What the cluster asks of the rooms, once they are built. */
export interface ClusterRooms extends UpdateRules {
  /** An update is on the stream, on its way to a machine. Must not throw. */
  sent(update: RawUpdate, destination: Destination): void;
  store: ReceiverDeps['store'];
  /** The messages of this machine that it still knows, newest first, `most` at most. */
  newestMessages(most: number): { chatId: number; message: number }[];
  now(): number;
  listen(news: ClusterNews): void;
}

/** This machine's part in a cluster. */
export interface Cluster {
  readonly view: ClusterView;
  /** Settings of which some are those of all machines. */
  readonly settings: Settings;
  /** The facts for routing. */
  readonly directory: Directory;
  readonly cards: Pick<SharedCards, 'roleOf' | 'cleared' | 'watch'>;
  readonly reports: SharedReports;
  readonly exchange: Exchange;
  readonly holds: Pick<SharedHolds, 'told' | 'watch'>;
  readonly permit: PollPermit;
  readonly sink: UpdateSink;
  /** Connects, and from then on by itself. */
  start(rooms: ClusterRooms): void;
  /** Tells the others of this machine's sessions. */
  publish(sessions: readonly SharedSession[]): void;
  /** Tells the others that an update was handled here, and whether this machine waits for the chat's next text. */
  handled(chatId: number, update: HandledUpdate, awaits: Awaits): void;
  /** Tells the others that a message of a chat belongs to this machine. */
  own(chatId: number, messageId: number): void;
  /** The machine to which a message of a chat belongs; undefined: nobody knows. */
  ownerOf(chatId: number, messageId: number): Promise<string | undefined>;
  /**
   * Lets another machine poll: this one keeps the lease until it ends, and does not take it again for this long, ms. 0
   * ends such a rest.
   */
  rest(ms: number): void;
  /** Takes over no more updates, and lets another machine poll. The poll must have stopped. */
  handOver(): Promise<void>;
  /** Leaves, after `handOver`. */
  stop(): Promise<void>;
}

interface ClusterState {
  readonly deps: ClusterDeps;
  readonly copy: SharedCopy;
  readonly shared: SharedSettings;
  readonly directory: Directory;
  readonly owners: MessageOwners;
  readonly cards: SharedCards;
  readonly reports: ReturnType<typeof createSharedReports>;
  readonly exchange: OpenExchange;
  readonly holds: SharedHolds;
  readonly listeners: (() => void)[];
  readonly stopping: AbortController;
  rooms: ClusterRooms | undefined;
  poller: Poller | undefined;
  receiver: Receiver | undefined;
  trouble: { fault: Fault; since: number } | null;
  isJoined: boolean;
  lag: number;
}

/** How long giving up the lease may take, ms: then it ends by itself. */
const RELEASE_MS = 1_000;

/** Nothing is connected before `start`. */
export function createCluster(deps: ClusterDeps): Cluster {
  const { settings, self, disk, log } = deps;
  const { host } = settings;
  const names = clusterNames(self.token);
  const copyDisk = createCopyDisk({ settings: disk.own, tx: (work) => disk.tx(work), log });
  const copy = createSharedCopy(log, copyDisk);
  const state = createState(deps, copy, {
    link: () => member.link(),
    poller: () => pollerIn(lease, host),
  });
  const member = memberOf(deps, names, copy);
  const lease = createLease({
    self: { host, node: self.node, instance: self.instance },
    clock: createLeaseClock(),
    listen: (news) => onLease(state, member, news),
    log,
  });
  copy.listen((entry) => onEntry(state, entry));
  const poller = pollerOf(state, names, lease);
  state.poller = poller;
  return {
    view: viewOf(state, lease, host),
    settings: state.shared.settings,
    directory: state.directory,
    cards: state.cards,
    reports: state.reports,
    exchange: state.exchange,
    holds: state.holds,
    permit: poller.permit,
    sink: poller.sink,
    start: (parts) => start(state, member, lease, parts),
    publish: (sessions) => state.directory.publish(sessions),
    handled: (chatId, update, awaits) => state.directory.handled(chatId, update, awaits),
    own: (chatId, messageId) => state.owners.note(chatId, messageId, host),
    ownerOf: (chatId, messageId) => state.owners.of(chatId, messageId),
    rest: (ms) => lease.rest(ms),
    async handOver() {
      poller.end();
      await state.receiver?.stop();
      await lease.release(RELEASE_MS);
    },
    async stop() {
      state.stopping.abort();
      state.cards.stop();
      state.reports.stop();
      lease.close();
      await member.stop();
      copyDisk.stop();
    },
  };
}

function pollerOf(state: ClusterState, names: ClusterNames, lease: Lease): Poller {
  return createPoller({
    lease,
    names,
    rules: {
      known: () => rooms(state).known(),
      admit: (batch, at) => rooms(state).admit(batch, at),
      route: (update, stopping) => rooms(state).route(update, stopping),
    },
    stored(update, destination) {
      state.directory.sent(update, destination);
      rooms(state).sent(update, destination);
    },
    log: state.deps.log,
  });
}

function createState(
  deps: ClusterDeps,
  copy: SharedCopy,
  now: { link(): ClusterLink | null; poller(): string | null },
): ClusterState {
  const { settings, disk, log } = deps;
  const { host } = settings;
  const shared = shareSettings(disk.own, copy, {
    afterCommit: (work) => disk.afterCommit(work),
    changed() {
      state.cards.look();
      changed(state);
    },
  });
  const owners = createMessageOwners({ disk: disk.messages, link: now.link, log });
  const directory = createDirectory({ host, copy, owners, log });
  const cards = createSharedCards({
    host,
    copy,
    directory,
    standing: () => ({ isJoined: state.isJoined, poller: now.poller() }),
    active: (chatId) => shared.settings.get(`chat:${chatId}`, 'active'),
    log,
  });
  const state: ClusterState = {
    deps,
    copy,
    shared,
    directory,
    owners,
    cards,
    reports: createSharedReports({ host, copy, machines: () => directory.machines(), log }),
    exchange: createExchange({ link: now.link, log }),
    holds: createSharedHolds({ host, copy, link: now.link, isJoined: () => state.isJoined, log }),
    listeners: [],
    stopping: new AbortController(),
    rooms: undefined,
    poller: undefined,
    receiver: undefined,
    trouble: null,
    isJoined: false,
    lag: 0,
  };
  return state;
}

function memberOf(
  { settings, self, disk, connect, log }: ClusterDeps,
  names: ClusterNames,
  copy: SharedCopy,
): Member {
  return createMember({
    target: { settings, names, bot: self.token.split(':')[0] ?? '' },
    connect,
    presence: { host: settings.host, row: pick(self) },
    memory: {
      get: (what) => disk.own.get(SCOPE, what),
      set(what, value) {
        if (disk.own.get(SCOPE, what) !== value) disk.own.set(SCOPE, what, value);
      },
    },
    copy,
    log,
  });
}

const pick = ({ id, instance, version, startedAt }: ClusterSelf) => ({ id, instance, version, startedAt });

function rooms({ rooms: parts }: ClusterState): ClusterRooms {
  if (parts === undefined) throw new Error('the cluster was used before its start');
  return parts;
}

function start(state: ClusterState, member: Member, lease: Lease, parts: ClusterRooms): void {
  const { deps } = state;
  state.rooms = parts;
  state.receiver = createReceiver({
    host: deps.settings.host,
    store: (update, at) => parts.store(update, at),
    taken: (sequence) => taken(deps, sequence),
    now: () => parts.now(),
    log: deps.log,
  });
  member.start({
    async joined(link) {
      state.trouble = null;
      state.shared.connected();
      state.directory.connected();
      state.isJoined = true;
      void link.closed.then(() => {
        state.isJoined = false;
        state.cards.look();
      });
      state.cards.connected();
      state.reports.connected();
      state.holds.connected();
      await watchLease(lease, link);
      await state.receiver?.receive(link);
      state.exchange.connected(link);
      // A lease that outlived the last connection is renewed, not granted again.
      const held = lease.usable();
      if (held !== null) state.poller?.begin(link, held);
      void link.closed.then(() => {
        lease.disconnected();
        state.poller?.end();
        state.shared.disconnected();
      });
      void followLag(state, link);
      parts.listen({ type: 'joined' });
      deps.log('info', 'joined the cluster', { host: deps.settings.host, url: link.url });
      changed(state);
    },
    away(why) {
      state.trouble = { fault: why, since: parts.now() };
      parts.listen({ type: 'away', why, wasPolling: lease.leftMs() > 0 });
      changed(state);
    },
    lostData(why, { updates, messages }) {
      if (messages) state.owners.lost(parts.newestMessages(UNSHARED_MAX), deps.settings.host);
      if (updates) parts.listen({ type: 'lost-data', why });
    },
  });
}

/** Without it, what is taken over again after the consumer is lost is known to the journal. */
function taken({ disk, log }: ClusterDeps, sequence: number): void {
  try {
    disk.own.set(SCOPE, 'taken', String(sequence));
  } catch (error) {
    log('warn', 'place in the stream not stored', { reason: reasonOf(error) });
  }
}

/** What the watch shows before our first read is not newer than that read. */
async function watchLease(lease: Lease, link: ClusterLink): Promise<void> {
  await link.lease.watch((entry) => lease.watched(entry));
  lease.connected(link.lease);
}

function onLease(state: ClusterState, member: Member, news: LeaseNews): void {
  const { poller, deps, rooms: parts } = state;
  const link = member.link();
  if (news.do === 'extended') return;
  if (news.do === 'granted') {
    deps.log('info', 'lease taken', { epoch: news.lease.epoch });
    if (link !== null) poller?.begin(link, news.lease);
    parts?.listen({ type: 'polling', on: true });
  } else {
    deps.log('info', 'lease ended', { why: news.why });
    poller?.end();
    parts?.listen({ type: 'polling', on: false });
  }
  state.cards.look();
  changed(state);
}

function onEntry(state: ClusterState, entry: Entry): void {
  const isShown = state.directory.taken(entry);
  state.cards.taken(entry);
  state.holds.taken(entry);
  if (isShown) changed(state);
}

function changed({ listeners, deps }: ClusterState): void {
  for (const listener of listeners) {
    try {
      listener();
    } catch (error) {
      deps.log('error', 'change of the cluster not shown', { reason: reasonOf(error) });
    }
  }
}

async function followLag(state: ClusterState, link: ClusterLink): Promise<void> {
  const { deps, stopping } = state;
  const ending = new AbortController();
  void link.closed.then(() => ending.abort());
  const signal = ending.signal;
  while (!signal.aborted && !stopping.signal.aborted) {
    try {
      state.lag = await link.stream.waiting(deps.settings.host);
    } catch (error) {
      if (!signal.aborted) deps.log('warn', 'lag unknown', { reason: reasonOf(error) });
    }
    await pause(LAG_MS, signal);
  }
}

function viewOf(state: ClusterState, lease: Lease, host: string): ClusterView {
  const { directory, shared } = state;
  return {
    host,
    standing: (): ClusterStanding => ({
      host,
      trouble: state.trouble,
      poller: pollerIn(lease, host),
      epoch: state.poller?.epoch() ?? null,
      leaseLeftMs: lease.leftMs(),
      lag: state.lag,
    }),
    machines: () => directory.machines(),
    sessions: () => directory.sessions(),
    elsewhere: () => sessionsElsewhere(host, directory.sessions(), directory.machines()),
    hasOthers: () => directory.hasOthers(),
    defaultHost: (chatId) => shared.settings.get(`chat:${chatId}`, 'host') || undefined,
    setDefaultHost: (chatId, chosen) => shared.settings.set(`chat:${chatId}`, 'host', chosen),
    onChange: (listener) => void state.listeners.push(listener),
  };
}

/** The machine that polls. */
function pollerIn(lease: Lease, host: string): string | null {
  if (lease.usable() !== null) return host;
  const record = lease.holder();
  return record?.state === 'held' ? record.host : null;
}
