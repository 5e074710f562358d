import type { Board } from '../../board/model';
import type { Outbox } from '../../outbox/outbox';
import { createAgentInput } from '../../prompts/agent-input';
import { createDelivery, type Delivery } from '../../prompts/delivery';
import { createDeliveryQueue } from '../../prompts/delivery-queue';
import { createReceipts, type Receipts } from '../../prompts/receipts';
import { afterCommit } from '../../sessions/handlers/model';
import type { Windows } from '../../sessions/lifecycle/windows';
import type { WatchRoom } from '../../watch/watcher';
import type { World } from '../model';
import type { Foundation } from './foundation';

/** The rooms that prompts pass. */
export interface PromptParts {
  windows: Windows;
  board: Board;
  outbox: Outbox;
  watch: WatchRoom;
}

export function buildDelivery(world: World, foundation: Foundation, parts: PromptParts): Delivery {
  const { people, agents, registry, queue, events, retryWhileFull } = foundation;
  const { windows, board, outbox, watch } = parts;
  const { store, log } = world;
  const now = (): number => world.now();
  const receipts = createReceipts({ people, board, registry, outbox, store, now });
  const delivery = createDelivery({
    queue: createDeliveryQueue({ queue, events, retryWhileFull, now }),
    input: createAgentInput({ registry, agents, windows, screenReader: watch.screenReader }),
    watch,
    receipts,
    log,
    now,
  });
  followPrompts(world, foundation, receipts, delivery);
  followSessions(foundation, watch, delivery);
  return delivery;
}

function followPrompts(world: World, { events }: Foundation, receipts: Receipts, delivery: Delivery): void {
  events.listen({
    typed: ({ id }) => measure(world, world.updates.receivedAt(id)),
    confirmed(prompt, isQueued) {
      receipts.confirmed(prompt, isQueued);
      world.store.afterCommit(() => delivery.confirmed(prompt));
    },
    enqueued: (prompt) => receipts.enqueued(prompt),
    begun: (prompt) => receipts.begun(prompt),
  });
}

function measure(world: World, receivedAt: number | undefined): void {
  if (receivedAt !== undefined) world.measures?.typed(receivedAt, world.now());
}

function followSessions({ registry, handlers }: Foundation, watch: WatchRoom, delivery: Delivery): void {
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
