import type { Fault } from '@ccbot/shared/faults/fault';
import { EXIT } from '@ccbot/shared/protocol/exit-codes';
import { parseSupervisorMessage, sendMessage } from '@ccbot/shared/protocol/channel';
import {
  GENERATION_ENV,
  ORPHAN_WATCH_ENV,
  PROTOCOL_VERSION,
  type WorkerMessage,
} from '@ccbot/shared/protocol/messages';
import { KINDS } from '../agents/registry';
import { startBeats } from './beats';
import { createAutoCanary } from '../canary/auto';
import { compose } from './kernel';
import { keepRebuilt, rebuiltOf, type Rebuilt } from '../store/rebuilt';
import { createAskers } from '../prompts/author-store';
import { createSettings } from '../store/settings';
import { createMeasures } from '../metrics/measures';
import { metered } from '../metrics/metered';
import { createPoll, type PollEvent } from '../telegram/poll';
import { LANGUAGES, type Language } from '../words/language';
import { wordsIn, type Words } from '../words/words';
import { createFullNotice, tellOfFullDisk } from './full-disk';
import { watchForOrphan } from './orphan-watch';
import { botUsername, type RunDeps } from './world';
import { createPerson } from '../chat/people';
import { outboxKey } from '../outbox/keys';

/** How long a stopping worker goes on sending what is waiting, ms, where the supervisor says nothing else. */
const DRAIN_MS = 8_000;

/** What a message is without its head. */
type Body = WorkerMessage extends infer M
  ? M extends WorkerMessage
    ? Omit<M, 'v' | 'generation'>
    : never
  : never;

/** What happened to the database, and what is left of it. */
function rebuiltText({ text, of, salvaged }: Rebuilt, { salvage }: Words): string {
  const what = of === undefined ? text : salvage.rebuilt(of.path, of.reason, of.aside);
  if (salvaged === undefined) return what;
  const { messages, shows, damaged } = salvaged;
  return `${what}\n\n${salvage.tookOver(messages, shows, damaged)}`;
}

/** Polls and bridges until told to stop; the exit code says why it ended. */
export async function runForever(deps: RunDeps, supervised: boolean): Promise<number> {
  const { log, now } = deps;
  const startedAt = now();
  const generation = Number(deps.env[GENERATION_ENV] ?? 0);
  const tell = (body: Body): void => {
    if (supervised) sendMessage(process, { v: PROTOCOL_VERSION, generation, ...body } as WorkerMessage);
  };
  tell({ type: 'hello', pid: process.pid, version: deps.version });

  const settings = createSettings(deps.store);
  const { wordsOf } = createPerson(settings, deps.config, createAskers(deps.store, now));
  const full = createFullNotice(now, () => {
    void tellOfFullDisk(deps.api, deps.config.ALLOWED_USERS, (chat) => wordsOf(chat).diskFull, log);
  });
  deps.store.onFull(() => full());
  const username = await botUsername(deps, settings);
  const measures = createMeasures();
  const stations = compose({
    ...deps,
    api: metered(deps.api, measures),
    measures,
    botUsername: username,
    health: ({ health }) => {
      const [at, polled, oldest] = [now(), poll.lastPollAt(), stations.updates.oldest()];
      return [
        health.process(deps.version, at - startedAt),
        health.polled(polled === null ? null : at - polled),
        health.memory(process.memoryUsage.rss()),
        health.toHandle(stations.updates.depth(), oldest === undefined ? undefined : at - oldest),
      ];
    },
  });
  const poll = createPoll({
    api: metered(deps.pollApi, measures),
    updates: stations.updates,
    envFile: deps.paths.env,
    now,
    monotonicMs: () => performance.now(),
    chance: () => deps.chance(),
    log: (level, text, meta) => log(level, text, meta),
  });

  const canary = createAutoCanary({
    settings: { config: deps.config, paths: deps.paths },
    kinds: KINDS,
    user: { path: deps.env['PATH'] ?? '/usr/bin:/bin', home: deps.home },
    tell: (key, title, version, missed) =>
      stations.tellAll(outboxKey(key), (words) => words.canary.trouble(title, version, missed)),
    now,
    log,
  });

  let end: (code: number) => void = () => undefined;
  const ended = new Promise<number>((resolve) => (end = resolve));

  function onPoll(event: PollEvent): void {
    switch (event.type) {
      case 'stored':
        measures.received(event.fresh);
        return stations.journal.wake();
      case 'ready':
        log('info', 'polling', { bot: username });
        tell({ type: 'ready', at: now(), botUsername: username });
        canary.start();
        publishMenu();
        return stations.menu.start();
      case 'network':
        log(
          event.up ? 'info' : 'warn',
          event.up ? 'Telegram can be reached again' : 'Telegram cannot be reached',
          {
            detail: event.detail,
          },
        );
        return tell({ type: 'network', at: now(), up: event.up, detail: event.detail });
      case 'full':
        if (!event.full) log('info', 'there is room on the disk again');
        return;
      case 'ended':
        return onEnded(event.fault);
    }
  }

  function onEnded(f: Fault): void {
    log('error', f.what, { todo: f.todo, code: f.code });
    if (f.code === 'POLL_CONFLICT') tell({ type: 'conflict', at: now(), text: f.what });
    else tell({ type: 'fault', at: now(), code: f.code, text: f.what });
    end(f.exit);
  }

  /** The menu for everybody, in English, and for the clients of each other language. */
  function publishMenu(): void {
    for (const language of Object.keys(LANGUAGES) as Language[]) {
      const commands = wordsIn(language).menu;
      const wanted = JSON.stringify(commands);
      const [key, code] =
        language === 'en' ? ['menu', {}] : [`menu:${language}`, { language_code: language }];
      if (settings.get('bot', key) === wanted) continue;
      deps.api
        .call('setMyCommands', { commands, ...code })
        .then((result) => {
          if (result.ok) settings.set('bot', key, wanted);
        })
        .catch((error: unknown) => log('warn', 'that the menu is set could not be noted', { error }));
    }
  }

  function tellMetrics(): void {
    const agents = stations.registry.live().map(({ agent }) => agent);
    measures.state(agents, stations.follower.lines());
    const families = measures.news();
    if (families !== null) tell({ type: 'metrics', families });
  }

  let draining = false;
  let drainMs = DRAIN_MS;
  function drain(why: string, deadlineMs: number): void {
    if (draining) return;
    draining = true;
    drainMs = deadlineMs;
    log('info', 'stopping', { why });
    end(EXIT.ok);
  }
  const onSignal = (signal: NodeJS.Signals): void => drain(signal, DRAIN_MS);
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  if (supervised) {
    process.on('message', (raw) => {
      const message = parseSupervisorMessage(raw);
      // Half a second is kept back for closing: the supervisor kills at its deadline.
      if (message.type === 'drain') drain('the supervisor asks', Math.max(0, message.deadlineMs - 500));
    });
    // Without its supervisor nobody watches this worker, and another pair may be about to start.
    process.on('disconnect', () => process.exit(EXIT.temporary));
    // A blocked event loop hears no `disconnect`; where the kernel does not end it, a thread does.
    if (deps.env[ORPHAN_WATCH_ENV] === '1') watchForOrphan(process.ppid);
  }

  const reconciled = await stations.start();
  log('info', 'sessions taken up', { ...reconciled });
  const rebuilt = rebuiltOf(settings);
  if (rebuilt !== undefined) {
    deps.store.tx(() => {
      stations.tellAll(outboxKey('rebuilt', rebuilt.since), (words) => rebuiltText(rebuilt, words));
      keepRebuilt(settings, undefined);
    });
  }
  stations.journal.wake();
  poll.start(onPoll);
  const beats = startBeats(
    generation,
    () => ({
      lastPollAt: poll.lastPollAt(),
      answers: poll.answers(),
      heldOff: poll.heldOff(),
      inbox: stations.updates.depth(),
      outbox: stations.outbox.depth(),
      sessions: stations.registry.live().length,
      busy: stations.busy(),
    }),
    (beat) => {
      if (!supervised) return;
      sendMessage(process, beat);
      tellMetrics();
    },
    { now, monotonicMs: () => performance.now() },
  );

  const code = await ended;
  const until = performance.now() + drainMs;
  beats.stop();
  await Promise.all([poll.stop(), canary.stop()]);
  await stations.stop();
  if (draining && !(await stations.outbox.flush(Math.max(0, until - performance.now())))) {
    log('warn', 'not everything could be sent; it is kept for the next start', {
      waiting: stations.outbox.depth(),
    });
  }
  await stations.outbox.stop();
  process.off('SIGTERM', onSignal);
  process.off('SIGINT', onSignal);
  return code;
}
