import type { CreateFeature, Kernel } from '../../app/model';
import { reasonOf } from '@ccbot/shared/faults/fault';
import { renderNotice } from '../../cards/render';
import { commands } from '../../chat/command';
import { keys, outboxKey } from '../../outbox/keys';
import { afterCommit, inTransaction } from '../../sessions/handlers/model';
import type { Limited, Session } from '../../sessions/model';
import type { Words } from '../../words/words';
import { createAlarm } from './alarm';
import { resumeButton, type ResumeIntent } from './buttons';
import { usageCommands, type UsageIntent } from './commands';
import type { KeptLimit, LimitNews } from './limits';
import { createResumption } from './resumption';
import { statusLineHandler, type StatusEvent } from './status-line';
import { createLimitStore } from './store';
import { createUsage } from './usage';
import { limitViews } from './view';

/** `/usage`: what the agents consume, their limits, and how a session continues after one. */
export const limits: CreateFeature = (kernel) => {
  const { world, sessions, agents, settings, prompts, windows, watch } = kernel;
  const { log } = world;
  const now = (): number => world.now();
  const usage = createUsage({
    limits: createLimitStore(settings),
    tell: (agent, limit, news) => tellUsers(kernel, agent, limit, news),
    tx: (work) => world.store.tx(work),
  });
  const resumption = createResumption({
    registry: sessions,
    prompts: prompts.queue,
    delivery: prompts.delivery,
    panes: windows,
    agentOf: (session) => agents.of(session),
    look: (id) => watch.screenReader.read(id),
    now,
  });
  const alarm = createAlarm({
    next() {
      const due = [usage.next(), resumption.next()].filter((at) => at !== undefined);
      return due.length === 0 ? undefined : Math.min(...due);
    },
    ring(at) {
      usage.ring(at);
      resumption.ring(at);
    },
    now,
    log,
  });
  const handlers = usageCommands({
    registry: sessions,
    limits: () => usage.all(),
    titleOf: (agent) => agents.titleOf(agent),
    resume: (id, when) => resumption.asked(id, when),
    now,
  });
  return {
    name: 'limits',
    commands: commands<UsageIntent | ResumeIntent>({
      usage: {
        slash: { names: ['usage'], read: () => ({ do: 'usage' }) },
        menu: (words) => words.menu.usage,
        run: handlers.usage,
      },
      resume: { button: resumeButton, run: handlers.resume },
    }),
    effects: {
      'tell-limited': inTransaction((session, { limited, state }) =>
        tellLimited(kernel, session, limited, state),
      ),
      account: afterCommit((session, { figures, at }) => {
        usage.take(session, figures, at);
        alarm.set();
      }),
      alarm: afterCommit(() => alarm.set()),
      dismiss: afterCommit((session) => {
        resumption
          .dismiss(session)
          .catch((error: unknown) =>
            log('error', 'limit dialog not dismissed', { session: session.id, reason: reasonOf(error) }),
          );
      }),
      resume: afterCommit((session) => resumption.goOn(session)),
    },
    socket: { statusline: statusLineHandler((event) => takeStatus(kernel, event)) },
    start: () => alarm.set(),
    stop: () => alarm.stop(),
  };
};

/** Shows everyone who watches a session that it ran into a limit, or continues. */
function tellLimited(
  { world, board, outbox, people }: Kernel,
  session: Session,
  limited: Limited,
  state: 'waits' | 'resumed' | 'over',
): void {
  const watchers = board.watchers(session);
  for (const chatId of watchers)
    for (const [key, view] of limitViews(session, limited, state, world.now(), people.wordsOf(chatId)))
      outbox.put({ chatId, key, session: session.id, view, class: 'notice' });
  // A user who was told, and does not watch it any more, keeps no button of it.
  for (const chatId of board.chats.filter((chat) => !watchers.includes(chat))) {
    outbox.remove(chatId, keys.limited(session.id, limited.at));
    if (state === 'resumed') outbox.remove(chatId, keys.limitedOver(session.id, limited.at));
  }
}

/** Tells everyone who watches a session of the agent how much of its account's limit is used. */
function tellUsers(
  { world, sessions, agents, board, outbox, people }: Kernel,
  agent: string,
  limit: KeptLimit,
  news: LimitNews,
): void {
  const { window, usedPercent, resetsAt } = limit;
  const title = agents.titleOf(agent);
  const text = (words: Words): string =>
    news.tell === 'step'
      ? words.limitStep(title, window, news.step, usedPercent, resetsAt, world.now())
      : words.limitReset(title, window);
  const which = news.tell === 'step' ? news.step : 'reset';
  const key = outboxKey('limit', agent, window, resetsAt ?? limit.at, which);
  const ofAgent = sessions.live().filter((session) => session.agent === agent);
  for (const chatId of new Set(ofAgent.flatMap((session) => board.watchers(session))))
    outbox.put({ chatId, key, view: renderNotice(text(people.wordsOf(chatId))), class: 'notice' });
}

/** Takes what an agent gave to its status line. */
function takeStatus({ world, sessions, agents }: Kernel, event: StatusEvent): void {
  const { at, ccbotSession, sessionId, payload } = event;
  const session =
    ccbotSession === undefined
      ? sessions.live().find(({ binding }) => binding?.sessionId === sessionId)
      : sessions.get(ccbotSession);
  // Nothing is shown of another agent that runs inside this one's window.
  if (session === undefined || (session.binding ?? { sessionId }).sessionId !== sessionId) return;
  const figures = agents.get(session.agent)?.agent.figures?.(payload);
  if (figures === undefined) return;
  sessions.dispatch(session.id, [
    { type: 'observed', at: world.now(), event: { type: 'figures', at, figures } },
  ]);
}
