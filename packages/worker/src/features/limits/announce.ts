import type { AgentCatalog } from '../../agents/catalog';
import type { Board } from '../../board/model';
import { renderNotice } from '../../cards/render';
import type { People } from '../../chat/people';
import { keys, outboxKey } from '../../outbox/keys';
import type { Outbox } from '../../outbox/outbox';
import type { Limited, Session } from '../../sessions/model';
import type { Registry } from '../../sessions/registry';
import type { AccountLimit, LimitNews } from './limits';
import { limitViews } from './view';
import { limitWords } from './words/words';

export interface AnnouncementDeps {
  sessions: Pick<Registry, 'live'>;
  agents: Pick<AgentCatalog, 'titleOf'>;
  board: Pick<Board, 'watchers' | 'chats'>;
  outbox: Pick<Outbox, 'put' | 'remove'>;
  people: Pick<People, 'wordsOf'>;
  now(): number;
}

/** Tells everyone who watches a session that it ran into a limit, or continues. */
export function announceLimited(
  { board, outbox, people, now }: AnnouncementDeps,
  session: Session,
  limited: Limited,
  state: 'waits' | 'resumed' | 'over',
): void {
  const watchers = board.watchers(session);
  for (const chatId of watchers) {
    const words = people.wordsOf(chatId).of(limitWords);
    for (const [key, view] of limitViews(session, limited, state, now(), words))
      outbox.put({ chatId, thread: 'session', key, session: session.id, view, class: 'notice' });
  }
  // A user who no longer watches the session must not keep its buttons.
  for (const chatId of board.chats.filter((chat) => !watchers.includes(chat))) {
    outbox.remove(chatId, keys.limited(session.id, limited.at));
    if (state === 'resumed') outbox.remove(chatId, keys.limitedOver(session.id, limited.at));
  }
}

/** Tells everyone who watches a session of the agent how much of the account's limit is used. */
export function announceNews(
  { sessions, agents, board, outbox, people, now }: AnnouncementDeps,
  agent: string,
  limit: AccountLimit,
  news: LimitNews,
): void {
  const { window, resetsAt } = limit;
  const title = agents.titleOf(agent);
  const key = outboxKey(
    'limit',
    agent,
    window,
    resetsAt ?? limit.at,
    news.kind === 'step' ? news.step : 'reset',
  );
  const ofAgent = sessions.live().filter((session) => session.agent === agent);
  for (const chatId of new Set(ofAgent.flatMap((session) => board.watchers(session)))) {
    const words = people.wordsOf(chatId).of(limitWords);
    const text =
      news.kind === 'step' ? words.step(title, news.step, limit, now()) : words.reset(title, window);
    outbox.put({ chatId, thread: 'chat', key, view: renderNotice(text), class: 'notice' });
  }
}
