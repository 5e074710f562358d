import { reasonOf } from '@ccbot/shared/faults/fault';
import type { Call } from './call';
import { nextCall } from './decide';
import { syncFooter } from './footer-sync';
import type { ShownView } from './forms';
import { paceOf } from './meter';
import { perform } from './perform';
import { threadOfParts } from './place';
import { settle } from './settle';
import { dueIn, whenStored, type OutboxState } from './state';
import type { QueuedRow } from './store';

/** Something was queued in a chat, or its footer changed: starts the chat's drain, or has the running one look again. */
export function wake(state: OutboxState, chatId: number): void {
  const { calling, drains, idlers, unseen, urgent, waits } = state;
  if (!state.started || waits.signal.aborted) return;
  waits.wake(chatId);
  if (drains.has(chatId)) {
    unseen.add(chatId);
    if (calling.has(chatId) && !urgent.has(chatId)) {
      const work = guarded(state, chatId, () => drainUrgent(state, chatId));
      urgent.set(
        chatId,
        work.finally(() => urgent.delete(chatId)),
      );
    }
    return;
  }
  const work = guarded(state, chatId, () => drain(state, chatId)).finally(() => {
    drains.delete(chatId);
    // Queued after the drain's last look and before its end.
    if (unseen.delete(chatId)) wake(state, chatId);
    if (drains.size === 0) for (const idle of idlers) idle();
  });
  drains.set(chatId, work);
}

async function guarded(state: OutboxState, chatId: number, work: () => Promise<void>): Promise<void> {
  try {
    await whenStored(state, work);
  } catch (error) {
    state.deps.log('error', 'outbox stopped', { chatId, reason: reasonOf(error) });
  }
}

/** Makes one call after the other until the chat shows everything that is queued. */
async function drain(state: OutboxState, chatId: number): Promise<void> {
  const { deps, unseen, urgent, waits } = state;
  while (!waits.signal.aborted) {
    unseen.delete(chatId);
    const row = deps.disk.views.next(chatId);
    // A card that is to go would otherwise stay below its own answer until the buttons have moved.
    const footerMayGo =
      row === undefined || (row.queued.class === 'card' && row.queued.view.parts.length > 0);
    if (footerMayGo && (await syncFooter(state, chatId, row !== undefined))) continue;
    if (row === undefined) return;
    const step = stepOf(state, row);
    switch (step.do) {
      case 'settle':
        settle(state, row);
        break;
      case 'wait':
        // Another view may come before this one during the wait, or has come since it was read.
        if (!unseen.has(chatId)) await waits.pause(chatId, step.waitMs, true);
        break;
      case 'call':
        await perform(state, row, step.shown, step.call);
        // The two drains must not work on the same view.
        await urgent.get(chatId);
    }
  }
}

/** As {@link drain}, but only of what does not wait for the call that the chat's own drain makes. */
async function drainUrgent(state: OutboxState, chatId: number): Promise<void> {
  const { calling, deps, waits } = state;
  while (!waits.signal.aborted) {
    const row = deps.disk.views.next(chatId);
    if (row === undefined || !passes(row, calling.get(chatId))) return;
    const step = stepOf(state, row);
    if (step.do === 'settle') settle(state, row);
    else if (step.do === 'wait') await waits.pause(chatId, step.waitMs, true);
    else await perform(state, row, step.shown, step.call);
  }
}

/** Whether a view is sent beside a call for another: anything beside a card, a request also beside an upload. */
function passes(row: QueuedRow, calling: QueuedRow | undefined): boolean {
  if (calling === undefined || row.seq === calling.seq) return false;
  return row.queued.class === 'ask' || (calling.queued.class === 'card' && row.queued.class !== 'card');
}

type Step = { do: 'settle' } | { do: 'wait'; waitMs: number } | { do: 'call'; shown: ShownView; call: Call };

/** What to do next for a view. */
function stepOf(state: OutboxState, { queued }: QueuedRow): Step {
  const { views } = state.deps.disk;
  const posted = views.posted(queued.chatId, queued.key);
  const shown = state.forms.shown({ ...queued, thread: threadOfParts(views, queued, posted) });
  const call = nextCall(shown.queued, shown.faces, posted);
  if (call.do === 'nothing') return { do: 'settle' };
  const waitMs = dueIn(state, queued.chatId, paceOf(queued, call.do));
  return waitMs > 0 ? { do: 'wait', waitMs } : { do: 'call', shown, call };
}
