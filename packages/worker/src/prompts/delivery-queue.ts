import type { RetryWhileFull } from '../store/retry-while-full';
import type { PromptEvents } from './events';
import type { Prompt, PromptQueue, PromptState } from './model';

/** How many earlier prompts are looked for in the input line. */
const EARLIER_MAX = 5;

/** The states of a prompt that was typed, or may have been, and is not confirmed. */
const OPEN: readonly PromptState[] = ['typing', 'typed'];

/** The queue of prompts as the delivery uses it. All lists are oldest first. */
export interface DeliveryQueue {
  /** Prompts that are not typed yet. */
  waiting(session: string): Prompt[];
  /** Prompts that were typed, or may have been, and are not confirmed. */
  open(session: string): Prompt[];
  isOpen(prompt: Prompt): boolean;
  /** The newest prompts that the input line may still hold. */
  earlier(session: string): Prompt[];
  /** The prompt with its newest text: the user may have edited it, or its wording depends on the time. */
  refreshed(prompt: Prompt): Prompt;
  /** The prompt may not be typed into its session. */
  refuse(prompt: Prompt): void;
  /** On disk before the first key: after a crash in between, nobody may guess whether it was typed. */
  beginTyping(prompt: Prompt): void;
  /** Nothing was typed: the prompt waits again. */
  putBack(prompt: Prompt): void;
  /** The prompt was typed and submitted. True if the agent was quicker and has confirmed it already. */
  recordTyped(prompt: Prompt): boolean;
  /** Runs work that writes to the queue, again and again while the disk is full. See {@link RetryWhileFull}. */
  retryWhileFull(signal: AbortSignal, work: () => Promise<void> | void): Promise<void>;
}

export interface DeliveryQueueDeps {
  queue: PromptQueue;
  events: Pick<PromptEvents, 'typing' | 'typed' | 'refused'>;
  retryWhileFull: RetryWhileFull;
  now(): number;
}

export function createDeliveryQueue({
  queue,
  events,
  retryWhileFull,
  now,
}: DeliveryQueueDeps): DeliveryQueue {
  const isOpen = ({ id }: Prompt): boolean => OPEN.some((state) => state === queue.get(id)?.state);
  return {
    waiting: (session) => queue.ofSession(session, ['waiting']),
    open: (session) => queue.ofSession(session, OPEN),
    isOpen,
    earlier: (session) => queue.ofSession(session, [...OPEN, 'confirmed', 'dropped']).slice(-EARLIER_MAX),
    refreshed(prompt) {
      events.typing(prompt.id);
      return queue.get(prompt.id) ?? prompt;
    },
    refuse(prompt) {
      // After a crash in between it is refused again, in the same message.
      events.refused(prompt);
      queue.mark(prompt.id, 'dropped', now());
    },
    beginTyping: ({ id }) => queue.mark(id, 'typing', now()),
    putBack: ({ id }) => queue.mark(id, 'waiting', now()),
    recordTyped(prompt) {
      const isConfirmed = !isOpen(prompt);
      if (!isConfirmed) queue.mark(prompt.id, 'typed', now());
      events.typed(prompt);
      return isConfirmed;
    },
    retryWhileFull: (signal, work) => retryWhileFull('prompts', signal, work),
  };
}
