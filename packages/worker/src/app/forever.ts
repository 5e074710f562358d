import type { Fault } from '@ccbot/shared/faults/fault';
import { EXIT } from '@ccbot/shared/protocol/exit-codes';
import { sendMessage } from '@ccbot/shared/protocol/channel';
import { KINDS } from '../agents/registry';
import { createAutoCanary, type AutoCanary } from '../canary/auto';
import { publishBotMenu } from '../chat/menu/bot-menu';
import type { Awaits } from '../cluster/model';
import { createPeople } from '../chat/people';
import { createThreads } from '../chat/threads';
import { helpWords } from '../features/help/words/words';
import type { Cluster } from '../cluster/cluster';
import { createMeasures, type Measures } from '../metrics/measures';
import { metered } from '../metrics/metered';
import { createSettings } from '../store/settings';
import { createPoll, type Poll, type PollEvent } from '../telegram/poll';
import type { Words } from '../words/words';
import { startBeats, type Beats } from './beats';
import { clusterProgress, handOver, runCluster, sharedWorld, type ClusterRun } from './cluster/run';
import { createFullNotice, tellOfFullDisk } from './full-disk';
import { createIdleCollection, ownCpuMs } from './idle-collection';
import { createKernel, type Kernel } from './kernel';
import { createSupervisorLink, type SupervisorLink } from './process-link';
import { tellRebuilt } from './rebuilt-notice';
import { botUsername, wayOf, type RunWorld } from './run-world';

/** How long a stopping worker sends what is waiting, ms, where the supervisor says nothing else. */
const DRAIN_MS = 8_000;

interface Run {
  world: RunWorld;
  link: SupervisorLink;
  kernel: Kernel;
  poll: Poll;
  canary: AutoCanary;
  measures: Measures;
  username: string;
  /** The worker polls, or stands by: the supervisor has heard of it. */
  isReady: boolean;
  /** Ends the run with this exit code; only the first one counts. */
  end(code: number): void;
  /** The time that a drain may take, ms; undefined: nobody asked to drain. */
  drainMs: number | undefined;
}

/** Polls and bridges until told to stop; the exit code says why it ended. */
export async function runForever(world: RunWorld, isSupervised: boolean): Promise<number> {
  const link = createSupervisorLink(world.env, isSupervised);
  link.tell({ type: 'hello', pid: process.pid, version: world.version });
  let end = (_code: number): void => undefined;
  const ended = new Promise<number>((resolve) => (end = resolve));
  const run = await createRun(world, link, end);
  link.onDrain((why, deadlineMs) => drain(run, why, deadlineMs ?? DRAIN_MS));
  await startPolling(run);
  const beats = beat(run);
  const clustered = run.world.cluster && startCluster(run, run.world.cluster, beats);
  const code = await ended;
  await stop(run, beats);
  await clustered?.stop();
  link.close();
  return code;
}

/** Polls while the kernel starts: what arrives goes to the journal only, and is handled when everything is there. */
async function startPolling(run: Run): Promise<void> {
  let waiting: PollEvent[] | undefined = [];
  let open = (): void => undefined;
  const isHandled = new Promise<void>((resolve) => (open = resolve));
  run.poll.start((event) => {
    // Trouble cannot wait; the kernel's start may.
    const canWait = event.type !== 'network' && event.type !== 'ended';
    if (waiting !== undefined && canWait) waiting.push(event);
    else onPoll(run, event);
  }, isHandled);
  try {
    run.world.log('info', 'sessions reconciled', { ...(await run.kernel.start()) });
  } catch (error) {
    await run.poll.stop();
    throw error;
  }
  tellRebuilt(run.kernel);
  run.kernel.inbox.journal.wake();
  const arrived = waiting;
  waiting = undefined;
  for (const event of arrived) onPoll(run, event);
  open();
}

async function createRun(given: RunWorld, link: SupervisorLink, end: (code: number) => void): Promise<Run> {
  const awaits = (chatId: number): Awaits => kernel.inbox.awaits(chatId);
  const world = given.cluster === undefined ? given : sharedWorld(given, given.cluster, awaits);
  const settings = createSettings(world.store);
  reportFullDisk(world, settings);
  const username = await botUsername(world, settings);
  const measures = createMeasures();
  const startedAt = world.now();
  const poll = createPoll({
    api: metered(world.pollApi, measures),
    updates: world.cluster?.sink ?? world.updates,
    ...(world.cluster === undefined ? {} : { permit: world.cluster.permit }),
    way: wayOf(world),
    clock: {
      now: () => world.now(),
      monotonicMs: () => performance.now(),
      chance: () => world.chance(),
    },
    log: world.log,
  });
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
  return { world, link, kernel, poll, canary, measures, username, isReady: false, end, drainMs: undefined };
}

/** A full disk is reported around the outbox, which has no room for it either. */
function reportFullDisk(world: RunWorld, settings: ReturnType<typeof createSettings>): void {
  const people = createPeople(settings, world.config);
  const threads = createThreads(settings);
  const notice = createFullNotice(
    () => world.now(),
    () => {
      const chats = people.chats.map((chatId) => ({ chatId, thread: threads.ofChat(chatId) }));
      void tellOfFullDisk(world.api, chats, (chat) => people.wordsOf(chat).diskFull, world.log);
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
  const { world, link, kernel, measures } = run;
  const { log } = world;
  switch (event.type) {
    case 'stored':
      measures.received(event.fresh);
      return kernel.inbox.journal.wake();
    case 'ready':
      log('info', 'polling', { bot: run.username });
      return becomeReady(run, false);
    case 'network':
      log(event.up ? 'info' : 'warn', event.up ? 'Telegram reachable' : 'Telegram unreachable', {
        detail: event.detail,
      });
      return link.tell({ type: 'network', at: world.now(), up: event.up, detail: event.detail });
    case 'full':
      if (!event.full) log('info', 'disk has room again');
      return;
    case 'ended':
      return onEnded(run, event.fault);
  }
}

/** The bot responds from now on: this machine polls, or stands by for the one that does. */
function becomeReady(run: Run, standby: boolean): void {
  const { world, link, kernel, username } = run;
  if (run.isReady) return;
  run.isReady = true;
  link.tell({ type: 'ready', at: world.now(), botUsername: username, ...(standby ? { standby } : {}) });
  run.canary.start();
  publishBotMenu(world.api, kernel.rooms.settings, kernel.inbox.grammar, world.log);
  kernel.inbox.menu.start();
}

function startCluster(run: Run, cluster: Cluster, beats: Beats): ClusterRun {
  return runCluster(cluster, {
    world: run.world,
    kernel: run.kernel,
    poll: run.poll,
    ready: () => becomeReady(run, true),
    beat: () => beats.now(),
  });
}

function onEnded({ world, link, end }: Run, fault: Fault): void {
  const at = world.now();
  world.log('error', fault.what, { todo: fault.todo, code: fault.code });
  if (fault.code === 'POLL_CONFLICT') link.tell({ type: 'conflict', at, text: fault.what });
  else link.tell({ type: 'fault', at, code: fault.code, text: fault.what });
  end(fault.exit);
}

function drain(run: Run, why: string, deadlineMs: number): void {
  if (run.drainMs !== undefined) return;
  run.drainMs = deadlineMs;
  run.world.log('info', 'stopping', { why });
  run.end(EXIT.ok);
}

function beat(run: Run): Beats {
  const { world, link, kernel, poll } = run;
  const { outbox, sessions } = kernel.rooms;
  const collection = createIdleCollection(() => void globalThis.gc?.(), ownCpuMs);
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
      collection.onBeat(message.busy);
    },
    { now: () => world.now(), monotonicMs: () => performance.now() },
  );
}

function sendMetrics({ link, kernel, measures }: Run): void {
  const { sessions, watch } = kernel.rooms;
  measures.state(
    sessions.live().map(({ agent }) => agent),
    watch.follower.lines(),
  );
  const families = measures.news();
  if (families !== null) link.tell({ type: 'metrics', families });
}

async function stop({ world, kernel, poll, canary, drainMs }: Run, beats: Beats): Promise<void> {
  const { outbox } = kernel.rooms;
  const until = performance.now() + (drainMs ?? 0);
  await Promise.all([poll.stop().then(() => handOver(world.cluster, beats)), canary.stop()]);
  await kernel.stop();
  if (drainMs !== undefined && !(await outbox.flush(Math.max(0, until - performance.now()))))
    world.log('warn', 'not everything sent, kept for the next start', { waiting: outbox.depth() });
  await outbox.stop();
}
