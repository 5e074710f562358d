import type { Session } from '../sessions/model';
import { sessionFromNote } from '../sessions/window-note';
import { pendingRebuildNotice } from '../store/rebuild-notice';
import type { Settings } from '../store/settings';
import type { PaneState } from '../terminal/panes';

/** The sessions of windows that the database does not know. */
export interface WindowNotes {
  /** The session that the window's note describes; null if it is not ours. */
  sessionOf(pane: PaneState): Session | null;
}

/** `dir`: the `CCBOT_DIR` whose windows are ours. */
export function createWindowNotes(dir: string, settings: Settings, now: () => number): WindowNotes {
  return {
    sessionOf({ session, note }) {
      // After a rebuild of the database, what came after its last write was never shown.
      const since = pendingRebuildNotice(settings)?.since ?? now();
      return sessionFromNote(session, note ?? '', dir, since);
    },
  };
}
