import { reasonOf } from '@ccbot/shared/faults/fault';
import type { AgentCatalog } from '../../agents/catalog';
import type { Board } from '../../board/model';
import type { People } from '../../chat/people';
import type { Updates } from '../../inbox/store';
import type { Outbox } from '../../outbox/outbox';
import { createDelivery, type Delivery } from '../../prompts/delivery';
import type { PromptEvents } from '../../prompts/events';
import type { Prompt, PromptQueue } from '../../prompts/model';
import { createReceipts, type Receipts } from '../../prompts/receipts';
import { afterCommit } from '../../sessions/handlers/model';
import type { SessionHandlers } from '../../sessions/handlers/table';
import type { Windows } from '../../sessions/lifecycle/windows';
import type { Registry } from '../../sessions/registry';
import type { RetryWhileFull } from '../../store/retry-while-full';
import type { WatchRoom } from './watch';
import type { World } from '../model';

/** The rooms that prompts pass. */
export interface PromptParts {
  people: People;
  agents: AgentCatalog;
  registry: Registry;
  windows: Windows;
  board: Board;
  outbox: Outbox;
  updates: Updates;
  queue: PromptQueue;
  events: PromptEvents;
  watch: WatchRoom;
  retryWhileFull: RetryWhileFull;
  handlers: SessionHandlers;
}

export function buildDelivery(world: World, parts: PromptParts): Delivery {
  const { events, watch, registry, handlers } = parts;
  const receipts = buildReceipts(world, parts);
  const delivery = buildTyping(world, parts, receipts);
  const kick = (session: string): void => {
    delivery
      .kick(session)
      .catch((error: unknown) =>
        world.log('info', 'window not served', { session, reason: reasonOf(error) }),
      );
  };
  events.listen({
    confirmed(prompt, isQueued) {
      receipts.confirmed(prompt, isQueued);
      world.store.afterCommit(() => delivery.confirmed(prompt));
    },
    begun: (prompt) => receipts.begun(prompt),
  });
  watch.screenReader.listen((session) => delivery.looked(session));
  watch.watcher.listen({
    reconciled() {
      delivery.reconsider();
      for (const { id } of registry.live()) kick(id);
    },
  });
  handlers.add('prompts', {
    effects: {
      deliver: afterCommit(({ id }) => kick(id)),
      release: afterCommit(({ id }) => delivery.release(id)),
    },
  });
  return delivery;
}

function buildTyping(world: World, parts: PromptParts, receipts: Receipts): Delivery {
  const { registry, windows, agents, queue, events, watch, updates, retryWhileFull } = parts;
  return createDelivery({
    prompts: queue,
    retryWhileFull: (signal, work) => retryWhileFull('prompts', signal, work),
    panes: windows,
    agentOf: (session) => agents.of(session),
    session: (id) => registry.get(id),
    refresh: (id) => events.typing(id),
    look: (id) => watch.screenReader.look(id),
    caughtUp: () => watch.follower.caughtUp(),
    attend: (id, on) => watch.attention.keep(id, on),
    onTyped(prompt, confirmed) {
      const receivedAt = updates.receivedAt(prompt.id);
      if (receivedAt !== undefined) world.measures?.typed(receivedAt, world.now());
      receipts.typed(prompt, confirmed);
      watch.watcher.typed(prompt.session);
      registry.dispatch(prompt.session, [
        { type: 'typed', at: world.now(), replyTo: prompt.messageId, by: prompt.chatId },
      ]);
    },
    onTaken: (prompt) => watch.follower.taken(prompt),
    onHeld: (session, prompt, why) => receipts.held(session, prompt, why),
    onQueued: (prompt) => receipts.queued(prompt),
    onDoubt: (prompt) => receipts.doubt(prompt),
    onFailed: (session, prompt, reason) => receipts.failed(session, prompt, reason),
    now: () => world.now(),
    log: world.log,
  });
}

function buildReceipts(world: World, { people, board, outbox, registry }: PromptParts): Receipts {
  return createReceipts({
    wordsOf: (chatId) => people.wordsOf(chatId),
    nameOf: (chatId) => people.nameOf(chatId),
    chats: board.chats,
    asked({ session: id, chatId }: Prompt) {
      const session = registry.get(id);
      return [...new Set([chatId, ...(session === undefined ? [] : board.responders(session))])];
    },
    put: (view) => outbox.put(view),
    react(chatId, messageId, emoji) {
      const reaction = [{ type: 'emoji', emoji }];
      outbox.hint('setMessageReaction', { chat_id: chatId, message_id: messageId, reaction });
    },
    afterCommit: (work) => world.store.afterCommit(work),
    now: () => world.now(),
  });
}
