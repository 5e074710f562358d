import type { Session } from '../sessions/model';
import { sessionFromNote } from '../sessions/window-note';
import { pendingRebuildNotice } from '../store/rebuild-notice';
import type { Settings } from '../store/settings';
import type { PaneState } from '../terminal/panes';

/** The sessions of windows that the database does not know. */
export interface WindowNotes {
  /** The session that the window's note describes; null if it is not ours. */
  sessionOf(pane: PaneState): Session | null;
  /** False if another ccbot opened the window. One without a note is of an earlier version. */
  isOurs(pane: PaneState): boolean;
}

/** `dir`: the `CCBOT_DIR` whose windows are ours. */
export function createWindowNotes(dir: string, settings: Settings, now: () => number): WindowNotes {
  return {
    isOurs: ({ session, note }) => note === undefined || sessionFromNote(session, note, dir, 0) !== null,
    sessionOf({ session, note }) {
      // After a rebuild of the database, what came after its last write was never shown.
      const since = pendingRebuildNotice(settings)?.since ?? now();
      return sessionFromNote(session, note ?? '', dir, since);
    },
  };
}
