import { buttonData } from '../../cards/button';
import { BUTTON, type MoreIntent, type PageIntent } from '../../cards/buttons';
import type { SessionIntent } from '../../chat/intents';
import type { Agent } from '../../agents/agent';
import { pageLine, turnPages } from '../../cards/history';
import type { Board, Page } from '../../board/model';
import type { Conversation, Handlers } from '../../chat/command';
import type { Delivery } from '../../prompts/delivery';
import { isLive, type Session } from '../../sessions/model';
import type { PromptAuthors, PromptQueue } from '../../prompts/model';
import type { Registry } from '../../sessions/registry';
import { turnsOf, type PastTurn, type Turns } from '../../watch/turns';

/** Choosing a session, and the buttons of its card. */
export type CardIntents =
  SessionIntent<'switch'> | PageIntent | MoreIntent | (SessionIntent<'clear'> & { readonly sure: boolean });

/** What a card's own buttons need. */
export interface CardCommandDeps {
  registry: Registry;
  board: Board;
  agentOf(session: Session): Agent;
  authors: Pick<PromptAuthors, 'otherAuthor'>;
  active: { set(chatId: number, session: string): void };
  /** The outbox key of a message of the bot's. */
  keyOf(chatId: number, message: number): string | undefined;
  prompts: PromptQueue;
  delivery: Delivery;
  now(): number;
}

/** Choosing a session, and the buttons of its card: Older and Newer, Clear, More. */
export function cardCommands(deps: CardCommandDeps): Handlers<CardIntents> {
  const { registry, board } = deps;

  const chosen = ({ chatId, ack, words }: Conversation, id: string): Session | undefined => {
    const session = board.active(chatId);
    if (session?.id === id) return session;
    ack(words.expired);
    return undefined;
  };

  const pastOf = (session: Session): Turns | null =>
    session.binding === undefined
      ? null
      : turnsOf({
          ...{ session: session.id, name: session.name, path: session.binding.transcriptPath },
          agent: deps.agentOf(session),
        });

  /** A page of a turn, by its place among the turn's own pages; from the end for a negative one. */
  function pageOf({ words, chatId }: Conversation, session: Session, turn: PastTurn, part: number): Page {
    const path = session.binding?.transcriptPath ?? '';
    const all = turnPages(turn.card, words.card, deps.authors.otherAuthor(path, turn.card.startedAt, chatId));
    const at = part < 0 ? all.length - 1 : Math.min(part, all.length - 1);
    const newest = turn.next === null && at === all.length - 1;
    return {
      ...{ at: turn.at, part: at, line: pageLine(at, all.length, words.board) },
      rich: all[at] ?? { text: '', entities: [] },
      newer: !newest || session.card.phase === 'working',
    };
  }

  async function older(
    conversation: Conversation,
    session: Session,
    turns: Turns,
    at?: number,
    part = 0,
  ): Promise<Page | null> {
    const here = at === undefined || part === 0 ? null : await turns.at(at);
    if (here !== null) return pageOf(conversation, session, here, part - 1);
    // What runs is on the card itself: the turn before it is meant.
    const running = at === undefined && session.card.phase === 'working' ? await turns.before() : null;
    const before = await turns.before(at ?? running?.at);
    return before === null ? null : pageOf(conversation, session, before, -1);
  }

  async function newer(
    conversation: Conversation,
    session: Session,
    turns: Turns,
    at: number,
    part: number,
  ): Promise<Page | undefined> {
    const here = await turns.at(at);
    if (here === null) return undefined;
    const page = pageOf(conversation, session, here, part + 1);
    if (page.part > part) return page;
    const next = here.next === null ? null : await turns.at(here.next);
    if (next === null || (next.next === null && session.card.phase === 'working')) return undefined;
    return pageOf(conversation, session, next, 0);
  }

  return {
    async switch(conversation, { session: id }) {
      const { inbound, chatId, ack, words } = conversation;
      const session = registry.get(id);
      if (session === undefined || !isLive(session)) return ack(words.expired);
      deps.active.set(chatId, id);
      ack(words.switched(session.name));
      const tapped = inbound.kind === 'tap' ? inbound.messageId : undefined;
      const there = tapped !== undefined && deps.keyOf(chatId, tapped) === board.key(chatId);
      board.open(chatId, there);
      if (session.card.phase !== 'idle') return;
      // What it did last is what one wants to see of a session that rests.
      const last = (await pastOf(session)?.before()) ?? null;
      if (last !== null) board.turn(chatId, pageOf(conversation, session, last, -1));
    },
    async page(conversation, { session: id, at, part, go }) {
      const { chatId, ack, words } = conversation;
      const session = chosen(conversation, id);
      if (session === undefined) return;
      const turns = pastOf(session);
      if (turns === null) return ack(words.board.noOlder);
      if (go === 'newer') {
        ack();
        return board.turn(
          chatId,
          at === undefined ? undefined : await newer(conversation, session, turns, at, part ?? 0),
        );
      }
      const page = await older(conversation, session, turns, at, part);
      if (page === null) return ack(words.board.noOlder);
      ack();
      board.turn(chatId, page);
    },
    more(conversation, { session: id, on }) {
      if (chosen(conversation, id) === undefined) return;
      conversation.ack();
      board.more(conversation.chatId, on);
    },
    clear({ inbound, chatId, say, ack, words }, { session: id, sure }) {
      const session = registry.get(id);
      const text = session === undefined ? undefined : deps.agentOf(session).clearing;
      if (session === undefined || !isLive(session) || text === undefined) return ack(words.expired);
      ack();
      if (!sure) {
        return say(words.board.clearSure(session.name), [
          [{ text: words.board.clearYes, data: buttonData(BUTTON.clear, { session: id, sure: true }) }],
        ]);
      }
      const messageId = ('messageId' in inbound ? inbound.messageId : undefined) ?? 0;
      deps.prompts.add({ id: inbound.updateId, session: id, chatId, messageId, text }, deps.now());
      void deps.delivery.kick(id);
    },
  };
}
