import { sendMessage } from '@ccbot/shared/protocol/channel';
import { KINDS } from '../agents/registry';
import { createAutoCanary, type AutoCanary } from '../canary/auto';
import { richOf } from '../cards/markdown';
import { publishBotMenu } from '../chat/menu/bot-menu';
import type { Awaits } from '../cluster/model';
import { createPeople } from '../chat/people';
import { createThreads } from '../chat/threads';
import { helpWords } from '../features/help/words/words';
import type { Cluster } from '../cluster/cluster';
import { metered } from '../metrics/metered';
import { createSettings } from '../store/settings';
import type { Poll, PollEvent } from '../telegram/poll';
import type { Words } from '../words/words';
import { startBeats, type Beats } from './beats';
import { clusterProgress, handOver, runCluster, sharedWorld, type ClusterRun } from './cluster/run';
import { createFullNotice, tellOfFullDisk } from './full-disk';
import type { Polling } from './polling';
import { createHeap } from './heap';
import { createKernel, type Kernel } from './kernel';
import { tellRebuilt } from './rebuilt-notice';
import { openWorld, type OpenedWorld } from './open-world';
import { botUsername, type RunWorld } from './run-world';
import { createUpkeep, ownCpuMs } from './upkeep';

interface Run {
  polling: Polling;
  world: OpenedWorld;
  kernel: Kernel;
  canary: AutoCanary;
  username: string;
  /** The worker polls, or stands by: the supervisor has heard of it. */
  isReady: boolean;
}

/** Bridges until told to stop; the exit code says why it ended. `picture` is the program that draws screens. */
export async function bridge(polling: Polling, picture: string): Promise<number> {
  const run = await Promise.race([createRun(polling, picture), polling.ended.then(() => null)]);
  if (run === null) {
    // Told to stop, or the token is refused, before there was anything to stop.
    await polling.poll.stop();
    return polling.ended;
  }
  const { log } = run.world;
  log('info', 'sessions reconciled', { ...(await run.kernel.start()) });
  tellRebuilt(run.kernel);
  run.kernel.inbox.journal.wake();
  polling.handle((event) => onPoll(run, event));
  const beats = beat(run);
  const clustered = run.world.cluster && startCluster(run, run.world.cluster, beats);
  const code = await polling.ended;
  await stop(run, beats);
  await clustered?.stop();
  await run.world.painter.stop();
  return code;
}

async function createRun(polling: Polling, picture: string): Promise<Run> {
  const { base, poll, measures, startedAt } = polling;
  const awaits = (chatId: number): Awaits => kernel.inbox.awaits(chatId);
  const opened = await openWorld(base, picture);
  const world = base.cluster === undefined ? opened : sharedWorld(opened, base.cluster, awaits);
  const settings = createSettings(world.store);
  reportFullDisk(world, settings);
  const username = await botUsername(world, settings);
  const kernel = createKernel({
    ...world,
    api: metered(world.api, measures),
    measures,
    botUsername: username,
    health: (words) => health(world, poll, startedAt, words),
  });
  const canary = createAutoCanary({
    settings: { config: world.config, paths: world.paths },
    kinds: KINDS,
    user: { path: world.env['PATH'] ?? '/usr/bin:/bin', home: world.home },
    tell: (name, title, version, missed) =>
      kernel.tellAll(name, (words) => words.canary.trouble(title, version, missed)),
    now: () => world.now(),
    log: world.log,
  });
  return { polling, world, kernel, canary, username, isReady: false };
}

/** A full disk is reported around the outbox, which has no room for it either. */
function reportFullDisk(world: RunWorld, settings: ReturnType<typeof createSettings>): void {
  const people = createPeople(settings, world.config);
  const threads = createThreads(settings);
  const notice = createFullNotice(
    () => world.now(),
    () => {
      const chats = people.chats.map((chatId) => ({ chatId, thread: threads.ofChat(chatId) }));
      void tellOfFullDisk(world.api, chats, (chat) => richOf(people.wordsOf(chat).diskFull), world.log);
    },
  );
  world.store.onFull(() => notice());
}

function health(world: RunWorld, poll: Poll, startedAt: number, words: Words): string[] {
  const text = words.of(helpWords).health;
  const now = world.now();
  const polled = poll.lastPollAt();
  const outage = poll.lastOutage();
  const { cause, todo } = words.troubles;
  const oldest = world.updates.oldest();
  return [
    text.process(world.version, now - startedAt),
    text.polled(polled === null ? null : now - polled),
    ...(outage === null
      ? []
      : [
          text.outage(outage.until - outage.since, now - outage.until, cause(outage.code), todo(outage.code)),
        ]),
    text.memory(process.memoryUsage.rss()),
    text.updates(world.updates.depth(), oldest === undefined ? undefined : now - oldest),
  ];
}

function onPoll(run: Run, event: PollEvent): void {
  const { world, kernel } = run;
  switch (event.type) {
    case 'stored':
      run.polling.measures.received(event.fresh);
      return kernel.inbox.journal.wake();
    case 'ready':
      world.log('info', 'polling', { bot: run.username });
      return becomeReady(run, false);
    case 'full':
      if (!event.full) world.log('info', 'disk has room again');
      return;
    case 'network':
    case 'ended':
      return; // `polling` has dealt with them, as they cannot wait
  }
}

/** The bot responds from now on: this machine polls, or stands by for the one that does. */
function becomeReady(run: Run, standby: boolean): void {
  const { polling, world, kernel, username } = run;
  if (run.isReady) return;
  run.isReady = true;
  polling.link.tell({
    type: 'ready',
    at: world.now(),
    botUsername: username,
    ...(standby ? { standby } : {}),
  });
  run.canary.start();
  publishBotMenu(world.api, kernel.rooms.settings, kernel.inbox.grammar, world.log);
  kernel.inbox.menu.start();
}

function startCluster(run: Run, cluster: Cluster, beats: Beats): ClusterRun {
  return runCluster(cluster, {
    world: run.world,
    kernel: run.kernel,
    poll: run.polling.poll,
    ready: () => becomeReady(run, true),
    beat: () => beats.now(),
  });
}

function beat(run: Run): Beats {
  const { world, kernel } = run;
  const { link, poll } = run.polling;
  const { outbox, sessions } = kernel.rooms;
  const heap = createHeap();
  const upkeep = createUpkeep({ ...heap, cpuUsedMs: ownCpuMs });
  return startBeats(
    link.generation,
    () => ({
      lastPollAt: poll.lastPollAt(),
      answers: poll.answers(),
      heldOff: poll.heldOff(),
      ...clusterProgress(world.cluster, poll),
      inbox: world.updates.depth(),
      outbox: outbox.depth(),
      sessions: sessions.live().length,
      busy: kernel.isBusy(),
    }),
    (message) => {
      if (!link.isSupervised) return;
      sendMessage(process, message);
      sendMetrics(run);
      upkeep.onBeat(message.busy);
    },
    { now: () => world.now() },
  );
}

function sendMetrics({ polling, kernel }: Run): void {
  const { link, measures } = polling;
  const { sessions, watch } = kernel.rooms;
  measures.state(
    sessions.live().map(({ agent }) => agent),
    watch.follower.lines(),
  );
  const families = measures.news();
  if (families !== null) link.tell({ type: 'metrics', families });
}

async function stop({ polling, world, kernel, canary }: Run, beats: Beats): Promise<void> {
  const { poll } = polling;
  const drainMs = polling.drainMs();
  const { outbox } = kernel.rooms;
  const until = performance.now() + (drainMs ?? 0);
  await Promise.all([poll.stop().then(() => handOver(world.cluster, beats)), canary.stop()]);
  await kernel.stop();
  if (drainMs !== undefined && !(await outbox.flush(Math.max(0, until - performance.now()))))
    world.log('warn', 'not everything sent, kept for the next start', { waiting: outbox.depth() });
  await outbox.stop();
}
