import { holdBackOutput } from './output';
import type { PaneState } from '../model';
import { bringHome } from './bring-home';
import type { NumberedListing } from './listing';
import { listPanesUntilClear } from './query';
import { untie } from './tie';
import { inBackground, leave, type TmuxState } from './state';

/** Remembers the windows that carry a session, and prepares those that appeared since. */
export async function learnWindows(state: TmuxState, listing: NumberedListing): Promise<void> {
  const { windows, left } = state;
  for (const [session, window] of listing.tied) {
    const wasLeft = listing.number <= (left.get(window.pane) ?? 0);
    if (!windows.has(session) && !wasLeft) windows.set(session, window);
  }
  await bringHome(state, listing);
  await holdBackOutput(state, listing);
}

/**
 * Compares the windows with what we know of them, in the background, and reports what changed. A call during a
 * comparison causes one more after it.
 */
export function checkWindows(state: TmuxState): void {
  if (state.comparison !== undefined) {
    state.comparison.again = true;
    return;
  }
  const comparison = { again: false };
  state.comparison = comparison;
  inBackground(state, async () => {
    try {
      await compareWindows(state);
    } finally {
      state.comparison = undefined;
      if (comparison.again) checkWindows(state);
    }
  });
}

async function compareWindows(state: TmuxState): Promise<void> {
  const { windows } = state;
  const before = new Map(windows);
  const listing = await listPanesUntilClear(state);
  for (const [session, last] of before) {
    if (windows.get(session) !== last) continue; // closed or reopened in the meantime
    const now = listing.tied.get(session);
    if (now === undefined) {
      if (listing.dropped > 0) continue; // it may be in a row that could not be read
      leave(state, last);
      state.listener({ type: 'closed', session });
      continue;
    }
    if (now.pid !== last.pid) {
      await leaveRespawned(state, now);
      continue;
    }
    windows.set(session, now);
    if (now.dead && !last.dead) state.listener({ type: 'died', session, exitStatus: now.exitStatus });
  }
  await learnWindows(state, listing);
}

/**
 * Somebody started another program in the pane of a session, perhaps a shell, which would run a prompt. The session's own
 * program is gone; the pane is the user's now.
 */
async function leaveRespawned(state: TmuxState, respawned: PaneState): Promise<void> {
  const { session, pane, pid } = respawned;
  leave(state, respawned);
  state.options.log('warn', 'program of a pane replaced', { session, pane, pid });
  await untie(state, pane, session);
  state.listener({ type: 'closed', session });
}
