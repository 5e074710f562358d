import { holdBackOutput } from './output';
import { listPanesUntilClear } from './query';
import { forget, inBackground, type TmuxState } from './state';

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
      forget(state, session);
      state.listener({ type: 'closed', session });
      continue;
    }
    windows.set(session, now);
    if (now.dead && !last.dead) state.listener({ type: 'died', session, exitStatus: now.exitStatus });
  }
  await holdBackOutput(state, listing);
}
