import { systemMonotonicMs } from '@ccbot/shared/clock';
import { reasonOf, type Fault } from '@ccbot/shared/faults/fault';
import type { FaultCode } from '@ccbot/shared/faults/table';
import type { Progress } from '../beats';
import type { Cluster, ClusterNews } from '../../cluster/cluster';
import type { Awaits } from '../../cluster/model';
import { createGate } from '../../inbox/gate';
import { parseUpdate } from '../../inbox/parse';
import type { Poll } from '../../telegram/poll';
import type { Beats } from '../beats';
import type { Kernel } from '../kernel';
import type { RunWorld } from '../run-world';
import { createAwayNotice } from './away-notice';
import { restWhileDeaf } from './deaf-poller';
import { createDestinations } from './destinations';
import { notingHandled } from './handled';
import { shareCards } from './share-cards';
import { shareKept } from './share-kept';
import { knownMessages } from './known-messages';
import { notingMessages } from './own-messages';

/** A cluster that is away for less is not worth a message, ms. */
const TELL_AFTER_MS = 15_000;

/** The world of a worker that shares its bot: what it sends and handles is known to the other machines. */
export function sharedWorld<W extends RunWorld>(
  world: W,
  cluster: Cluster,
  awaits: (chatId: number) => Awaits,
): W {
  return {
    ...world,
    api: notingMessages(world.api, (chatId, message) => cluster.own(chatId, message)),
    updates: notingHandled(world.updates, cluster, awaits),
  };
}

export interface ClusterRunDeps {
  world: RunWorld;
  kernel: Kernel;
  poll: Poll;
  /** The worker is of use from now on, although it does not poll. */
  ready(): void;
  /** The supervisor must know at once whether this worker polls. */
  beat(): void;
}

/** A cluster that is running. */
export interface ClusterRun {
  /** Leaves it. */
  stop(): Promise<void>;
}

/** Takes part in the cluster with the rooms of this worker. */
export function runCluster(cluster: Cluster, deps: ClusterRunDeps): ClusterRun {
  const { world, kernel } = deps;
  const { log } = world;
  const gate = createGate({
    isAllowed: (user) => world.config.ALLOWED_USERS.includes(user),
    log,
    now: () => world.now(),
  });
  const notice = createNotice(cluster, kernel);
  shareCards(cluster, kernel.rooms);
  const kept = shareKept(cluster.view, kernel.rooms);
  cluster.holds.watch({
    chats: kernel.rooms.people.chats,
    hold: (chat, ms) => kernel.rooms.outbox.hold(chat, ms),
  });
  const away = createAwayNotice(cluster, kernel.rooms);
  const showing = showChanges(kernel.rooms);
  cluster.view.onChange(() => {
    away.look();
    kept.look();
    showing.stir();
  });
  cluster.start({
    known: () => world.updates.next(),
    admit(batch, at) {
      return batch.filter((raw) => {
        const inbound = parseUpdate(raw, at);
        const isAdmitted = gate.admits(inbound);
        if (!isAdmitted) gate.turnAway(inbound);
        return isAdmitted;
      });
    },
    route: createDestinations(cluster, kernel.rooms, kernel.inbox.grammar, () => world.now()),
    sent: (update, destination) => away.sent(update, destination),
    store(update, at) {
      if (world.updates.add([update], at) > 0) kernel.inbox.journal.wake();
    },
    newestMessages: (most) => knownMessages(kernel.rooms, most),
    now: () => world.now(),
    listen(news) {
      notice.hear(news);
      if (news.type === 'joined' || news.type === 'away') deps.ready();
      if (news.type === 'polling') deps.beat();
    },
  });
  const stopListening = restWhileDeaf({ cluster, poll: deps.poll, clock: systemMonotonicMs, log });
  return {
    async stop() {
      stopListening();
      notice.stop();
      showing.stop();
      await cluster.stop();
    },
  };
}

/** What many machines change within this time is shown at once, ms. */
const TOGETHER_MS = 100;

/** Shows what other machines change, on the cards and below them. */
function showChanges({ board, outbox, people, world }: Kernel['rooms']): { stir(): void; stop(): void } {
  let timer: NodeJS.Timeout | undefined;
  function show(): void {
    timer = undefined;
    try {
      board.stirElsewhere();
      for (const chatId of people.chats) outbox.footerChanged(chatId);
    } catch (error) {
      // A full disk: the next change tries again.
      world.log('error', 'change of the cluster not shown', { reason: reasonOf(error) });
    }
  }
  return {
    stir: () => void (timer ??= setTimeout(show, TOGETHER_MS)),
    stop: () => clearTimeout(timer),
  };
}

/** Another machine polls from now on. The supervisor must know, because this worker may take long to send what waits. */
export async function handOver(cluster: Cluster | undefined, beats: Beats): Promise<void> {
  await cluster?.handOver();
  if (cluster !== undefined) beats.now();
  beats.stop();
}

/** What a beat says of the cluster, and of what keeps this worker from polling. */
export function clusterProgress(
  cluster: Cluster | undefined,
  poll: Poll,
): { trouble: ReturnType<Poll['trouble']> } & Pick<Progress, 'cluster'> {
  if (cluster === undefined) return { trouble: poll.trouble() };
  const { host, trouble, poller, epoch, lag, leaseLeftMs } = cluster.view.standing();
  const mayPoll = cluster.permit.leftMs() > 0;
  return {
    trouble: trouble === null ? poll.trouble() : { ...pick(trouble.fault), since: trouble.since },
    cluster: {
      host,
      standby: !mayPoll,
      leaseUntil: mayPoll ? systemMonotonicMs() + leaseLeftMs : null,
      poller,
      epoch,
      lag,
      joined: trouble === null,
    },
  };
}

const pick = ({ code, what, todo }: Fault) =>
  ({ code, what, todo }) as NonNullable<ReturnType<Poll['trouble']>>;

/** What keeps all machines from taking part: one of them tells the users. */
const OF_ALL: ReadonlySet<string> = new Set<FaultCode>([
  'CLUSTER_UNREACHABLE',
  'CLUSTER_STORE_FAILED',
  'CLUSTER_LOST_DATA',
]);

/**
 * Tells the users once when nobody may poll. The machine that polled tells them, and one that never got a connection:
 * any other may be the only one that does not reach the cluster.
 */
function createNotice(cluster: Cluster, kernel: Kernel): { hear(news: ClusterNews): void; stop(): void } {
  const { host } = cluster.view;
  let timer: NodeJS.Timeout | undefined;
  let isTold = false;
  let hasJoined = false;
  let hasPolled = false;
  let hasLostData = false;

  function tell(why: Fault): void {
    isTold = true;
    kernel.tellAll('cluster', ({ cluster: words }) =>
      why.code === 'CLUSTER_UNREACHABLE' ? words.away(host) : words.refused(host, why.what),
    );
  }

  return {
    hear(news) {
      switch (news.type) {
        case 'away':
          clearTimeout(timer);
          // One reason may follow on another, when the lease is over already.
          hasPolled ||= news.wasPolling;
          if (!hasPolled && hasJoined && OF_ALL.has(news.why.code)) return;
          if (!isTold) timer = setTimeout(() => tell(news.why), TELL_AFTER_MS);
          return;
        case 'joined':
          clearTimeout(timer);
          hasJoined = true;
          hasPolled = false;
          if (isTold) kernel.tellAll('cluster', ({ cluster: words }) => words.back(host));
          isTold = false;
          return;
        case 'lost-data':
          hasLostData = true;
          return;
        case 'polling':
          // One machine tells it: the first that polls again.
          if (news.on && hasLostData) kernel.tellAll('cluster-data', ({ cluster: words }) => words.lostData);
          if (news.on) hasLostData = false;
          return;
      }
    },
    stop: () => clearTimeout(timer),
  };
}
