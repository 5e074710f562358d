import type { AgentCatalog } from '../../agents/catalog';
import type { Board } from '../../board/model';
import type { People } from '../../chat/people';
import type { Updates } from '../../inbox/store';
import type { Outbox } from '../../outbox/outbox';
import { createAgentInput } from '../../prompts/agent-input';
import { createDelivery, type Delivery } from '../../prompts/delivery';
import { createDeliveryQueue } from '../../prompts/delivery-queue';
import type { PromptEvents } from '../../prompts/events';
import type { Prompt, PromptQueue } from '../../prompts/model';
import { createReceipts, type Receipts } from '../../prompts/receipts';
import { afterCommit } from '../../sessions/handlers/model';
import type { SessionHandlers } from '../../sessions/handlers/table';
import type { Windows } from '../../sessions/lifecycle/windows';
import type { Registry } from '../../sessions/registry';
import type { RetryWhileFull } from '../../store/retry-while-full';
import type { WatchRoom } from '../../watch/watcher';
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
  const { people, agents, registry, windows, board, outbox, queue, events, watch, retryWhileFull } = parts;
  const { store, log } = world;
  const now = (): number => world.now();
  const receipts = createReceipts({ people, board, registry, outbox, store, now });
  const delivery = createDelivery({
    queue: createDeliveryQueue({ queue, events, retryWhileFull, now }),
    input: createAgentInput({ registry, agents, windows, screenReader: watch.screenReader }),
    watch,
    receipts,
    log,
  });
  listen(world, parts, receipts, delivery);
  return delivery;
}

function listen(world: World, parts: PromptParts, receipts: Receipts, delivery: Delivery): void {
  const { registry, events, watch, handlers } = parts;
  events.listen({
    typed: (prompt) => measure(world, parts, prompt),
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
      for (const { id } of registry.live()) void delivery.kick(id);
    },
  });
  handlers.add('prompts', {
    effects: {
      deliver: afterCommit(({ id }) => void delivery.kick(id)),
      release: afterCommit(({ id }) => delivery.release(id)),
    },
  });
}

function measure(world: World, { updates }: PromptParts, { id }: Prompt): void {
  const receivedAt = updates.receivedAt(id);
  if (receivedAt !== undefined) world.measures?.typed(receivedAt, world.now());
}
