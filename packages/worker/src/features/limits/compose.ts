import type { Agent } from '../../agents/agent';
import type { RegisteredAgent } from '../../agents/registry';
import { renderNotice } from '../../cards/render';
import type { StatusEvent } from './status-line';
import type { Outbox } from '../../outbox/outbox';
import type { Board } from '../../board/board';
import { createAlarm } from './alarm';
import { usageCommands } from './commands';
import type { Handlers } from '../../chat/command';
import type { Delivery } from '../../prompts/delivery';
import type { PromptQueue } from '../../prompts/model';
import type { KeptLimit, LimitNews } from './limits';
import type { Session } from '../../sessions/model';
import type { Registry } from '../../sessions/registry';
import { createResumption } from './resumption';
import { createUsage } from './usage';
import { createLimitStore } from './store';
import type { Settings } from '../../store/settings';
import type { Store } from '../../store/open';
import type { Panes } from '../../terminal/panes';
import type { WordsOf } from '../../words/words';
import { outboxKey } from '../../outbox/keys';

/** What following consumption is made from. */
export interface UsageWiring {
  wordsOf: WordsOf;
  registry: Registry;
  prompts: PromptQueue;
  delivery: Delivery;
  outbox: Outbox;
  settings: Settings;
  store: Store;
  panes: Pick<Panes, 'type'>;
  agentOf(session: Session): Agent;
  look(id: string): Promise<{ session: Session | undefined }>;
  agents: ReadonlyMap<string, RegisteredAgent>;
  board: Pick<Board, 'watchers'>;
  now(): number;
  log(level: 'error', text: string, meta?: Record<string, unknown>): void;
}

/** The agents' figures and limits, wired. */
export interface UsageStation {
  handlers: Handlers<'usage' | 'resume'>;
  /** Takes what an agent gave to its status line. */
  onStatus(event: StatusEvent): void;
  start(): void;
  stop(): void;
}

/** Wires it. */
export function createUsageStation(deps: UsageWiring): UsageStation {
  const { registry, outbox, agents, now } = deps;
  const titleOf = (agent: string): string => agents.get(agent)?.agent.title ?? agent;
  const usage = createUsage({
    limits: createLimitStore(deps.settings),
    tell,
    tx: (work) => deps.store.tx(work),
  });
  const resumption = createResumption(deps);
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
    log: deps.log,
  });

  /** Tells whoever has to do with a session of the agent. */
  function tell(agent: string, limit: KeptLimit, news: LimitNews): void {
    const { window, usedPercent, resetsAt } = limit;
    const textIn = (words: ReturnType<WordsOf>): string =>
      news.tell === 'step'
        ? words.limitStep(titleOf(agent), window, news.step, usedPercent, resetsAt, now())
        : words.limitReset(titleOf(agent), window);
    const which = news.tell === 'step' ? news.step : 'reset';
    const key = outboxKey('limit', agent, window, resetsAt ?? limit.at, which);
    const mine = registry.live().filter((session) => session.agent === agent);
    const chats = new Set(mine.flatMap((session) => deps.board.watchers(session)));
    for (const chatId of chats)
      outbox.put({ chatId, key, view: renderNotice(textIn(deps.wordsOf(chatId))), class: 'notice' });
  }

  registry.onEffect((session, effect) => {
    switch (effect.do) {
      case 'account':
        usage.take(session, effect.figures, effect.at);
        return alarm.set();
      case 'alarm':
        return alarm.set();
      case 'dismiss':
        void resumption.dismiss(session).catch((error: unknown) =>
          deps.log('error', 'a question about a limit stays', {
            session: session.id,
            error: String(error),
          }),
        );
        return;
      case 'resume':
        return resumption.goOn(session);
      default:
        return;
    }
  });

  return {
    handlers: usageCommands({
      registry,
      limits: () => usage.all(),
      titleOf,
      resume: (id, when) => resumption.asked(id, when),
      now,
    }),
    onStatus({ at, ccbotSession, sessionId, payload }) {
      const session =
        ccbotSession === undefined
          ? registry.live().find((s) => s.binding?.sessionId === sessionId)
          : registry.get(ccbotSession);
      // Of another agent that runs inside this one's window nothing is shown.
      if (session === undefined || (session.binding ?? { sessionId }).sessionId !== sessionId) return;
      const figures = agents.get(session.agent)?.agent.figures?.(payload);
      if (figures === undefined) return;
      registry.dispatch(session.id, [
        { type: 'observed', at: now(), event: { type: 'figures', at, figures } },
      ]);
    },
    start: () => alarm.set(),
    stop: () => alarm.stop(),
  };
}
