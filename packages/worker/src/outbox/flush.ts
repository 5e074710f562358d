import type { OutboxState } from './state';

/** Waits until no chat is being drained, at most `deadlineMs`. Answers whether the queue is empty. */
export async function flush({ deps, drains, idlers }: OutboxState, deadlineMs: number): Promise<boolean> {
  if (drains.size > 0) {
    await new Promise<void>((resolve) => {
      const over = (): void => {
        clearTimeout(timer);
        idlers.delete(over);
        resolve();
      };
      const timer = setTimeout(over, deadlineMs);
      idlers.add(over);
    });
  }
  return deps.disk.views.depth() === 0;
}
