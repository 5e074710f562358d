import type { Agent } from '../agents/agent';
import { offsetAt } from '../watch/locate';
import type { tail } from '../watch/tail';
import type { Outbox } from '../outbox/outbox';
import type { Board } from '../board/board';
import { createDelivery, type Delivery } from '../prompts/delivery';
import { createFollower, type Follower } from '../watch/follower';
import { createScreenReader, type ScreenReader } from '../watch/screen-reader';
import type { Session } from '../sessions/model';
import type { Perception } from '../watch/watcher';
import { createReceipts } from '../prompts/receipts';
import type { Registry } from '../sessions/registry';
import type { createPrompts } from '../prompts/store';
import type { createTailMarks } from '../sessions/store';
import type { Updates } from '../inbox/store';
import type { Stored } from '../store/room';
import type { Wiring } from './kernel';

/** The stations that a message's way into an agent passes. */
export interface DeliveringStations {
  registry: Registry;
  outbox: Outbox;
  prompts: ReturnType<typeof createPrompts>;
  marks: ReturnType<typeof createTailMarks>;
  agentOf(session: Session): Agent;
  /** What happened to a session goes here. */
  dispatch: Registry['dispatch'];
  tail(options: Omit<Parameters<typeof tail>[0], 'onTrouble'>): ReturnType<typeof tail>;
  /** Whether the agent of a session says that it is not at work. */
  atRest(session: Session): Promise<boolean>;
  stored: Stored;
  board: Pick<Board, 'responders' | 'chats' | 'watched'>;
  updates: Updates;
  /** Made after this. */
  perception(): Perception;
  /** Words a waiting prompt anew, as it is now. */
  refresh(id: number): void;
}

/** What types prompts, and what sees whether they arrived: the screen and the transcript. */
export interface Delivering {
  follower: Follower;
  screenReader: ScreenReader;
  delivery: Delivery;
}

/** Wires a prompt's way: typed, seen on the screen or in the transcript, and told on the person's message. */
export function createDelivering(deps: Wiring, stations: DeliveringStations): Delivering {
  const { panes, now } = deps;
  const { registry, outbox, prompts, agentOf, dispatch, perception, atRest, board } = stations;
  const log = (level: 'info' | 'warn' | 'error', text: string, meta?: Record<string, unknown>): void =>
    deps.log(level, text, meta);
  const screenReader = createScreenReader({
    panes,
    agentOf,
    session: registry.get,
    dispatch,
    onWorking: (id) => perception().settle(id),
    onLooked: (id) => delivery.looked(id),
    atRest,
    now,
    log,
  });
  const follower = createFollower({
    tail: stations.tail,
    offsetAt,
    marks: stations.marks,
    askedBy: deps.askedBy,
    prompts,
    agentOf,
    session: registry.get,
    watched: (id) => board.watched(id),
    dispatch,
    onConfirmed: (prompt, queued) => receipts.confirmed(prompt, queued),
    onBegun: (prompt) => receipts.begun(prompt),
    now,
    log,
  });
  const delivery = createDelivery({
    prompts,
    stored: (signal, work) => stations.stored('the queue of messages', signal, work),
    panes,
    agentOf,
    session: registry.get,
    refresh: (id) => stations.refresh(id),
    look: (id) => screenReader.look(id),
    caughtUp: () => follower.caughtUp(),
    attend: (id, on) => perception().keep(id, on),
    onTyped(prompt, confirmed) {
      const receivedAt = stations.updates.receivedAt(prompt.id);
      if (receivedAt !== undefined) deps.measures?.typed(receivedAt, now());
      receipts.typed(prompt, confirmed);
      perception().attend(prompt.session);
      dispatch(prompt.session, [{ type: 'typed', at: now(), replyTo: prompt.messageId, by: prompt.chatId }]);
    },
    onTaken: (prompt) => follower.taken(prompt),
    onHeld: (session, prompt, why) => receipts.held(session, prompt, why),
    onQueued: (prompt) => receipts.queued(prompt),
    onDoubt: (prompt) => receipts.doubt(prompt),
    onFailed: (session, prompt, reason) => receipts.failed(session, prompt, reason),
    now,
    log,
  });
  const receipts = createReceipts({
    wordsOf: deps.wordsOf,
    nameOf: deps.nameOf,
    chats: board.chats,
    asked({ session: id, chatId }) {
      const session = registry.get(id);
      return [...new Set([chatId, ...(session === undefined ? [] : board.responders(session))])];
    },
    put: (wanted) => outbox.put(wanted),
    react(chatId, messageId, emoji) {
      const reaction = [{ type: 'emoji', emoji }];
      outbox.hint('setMessageReaction', { chat_id: chatId, message_id: messageId, reaction });
    },
    onConfirmed: (prompt) => delivery.confirmed(prompt),
    afterCommit: (work) => deps.store.afterCommit(work),
    now,
  });
  return { follower, screenReader, delivery };
}
