import type { Prompt } from './model';

/** What happens to prompts besides their state on disk. */
export interface PromptListener {
  /** The prompt is typed next: its text may still be changed in the queue. */
  typing?(prompt: number): void;
  /** The prompt was typed and submitted. */
  typed?(prompt: Prompt): void;
  /** The prompt may not be typed into its session, and is dropped. */
  refused?(prompt: Prompt): void;
  /** The agent has the prompt. Part of the transaction that records it; `isQueued`: it waits behind the running turn. */
  confirmed?(prompt: Prompt, isQueued: boolean): void;
  /** A prompt that was confirmed as taken waits in the agent's own queue. */
  enqueued?(prompt: Prompt): void;
  /** The agent has begun with a prompt from its own queue. */
  begun?(prompt: Prompt): void;
}

/** Tells listeners what happens to prompts, in the order in which they were added. */
export interface PromptEvents extends Required<PromptListener> {
  listen(listener: PromptListener): void;
}

export function createPromptEvents(): PromptEvents {
  const listeners: PromptListener[] = [];
  return {
    listen: (listener) => void listeners.push(listener),
    typing(prompt) {
      for (const listener of listeners) listener.typing?.(prompt);
    },
    typed(prompt) {
      for (const listener of listeners) listener.typed?.(prompt);
    },
    refused(prompt) {
      for (const listener of listeners) listener.refused?.(prompt);
    },
    confirmed(prompt, isQueued) {
      for (const listener of listeners) listener.confirmed?.(prompt, isQueued);
    },
    enqueued(prompt) {
      for (const listener of listeners) listener.enqueued?.(prompt);
    },
    begun(prompt) {
      for (const listener of listeners) listener.begun?.(prompt);
    },
  };
}
