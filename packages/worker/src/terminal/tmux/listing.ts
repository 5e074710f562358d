import type { PaneState } from '../model';

/** The pane option that ties a pane to a session. On the pane: a window may be split at the desk. */
export const PANE_OPTION = '@ccbot_pane';

/** The same on the window, for whoever looks for it from outside. */
export const WINDOW_OPTION = '@ccbot_session';

/** What the window was given to carry along. */
export const NOTE_OPTION = '@ccbot_note';

/** Marks a pane that somebody opened at the desk. */
export const ADOPTED_OPTION = '@ccbot_adopted';

/** What is asked of every pane; separated by tabs, which no field can hold. */
export const PANE_FIELDS = `#{${PANE_OPTION}}\t#{window_id}\t#{pane_id}\t#{pane_pid}\t#{pane_dead}\t#{pane_dead_status}\t#{pane_dead_signal}\t#{${NOTE_OPTION}}\t#{${ADOPTED_OPTION}}`;

/** The panes of a tmux session. */
export interface Listing {
  /** Every pane id. */
  all: Set<string>;
  /** Those that carry a ccbot session, by session. */
  tied: Map<string, PaneState>;
  /** Whether the end of some program is seen, but not yet how it ended: tmux learns of the two one after the other. */
  unclear: boolean;
}

/** Reads what tmux lists with {@link PANE_FIELDS}. */
export function readListing(lines: readonly string[]): Listing {
  const listing: Listing = { all: new Set(), tied: new Map(), unclear: false };
  for (const line of lines) {
    const [session = '', window = '', pane = '', pid = '', dead = '', status = '', signal = '', note = '', adopted = ''] = line.split('\t'); // prettier-ignore
    if (pane === '') continue;
    listing.all.add(pane);
    if (session === '') continue;
    if (dead === '1' && status === '' && signal === '') listing.unclear = true;
    const exitStatus = status === '' ? null : Number(status);
    const state: PaneState = { session, window, pane, pid: Number(pid), dead: dead === '1', exitStatus };
    if (note !== '') state.note = note;
    if (adopted !== '') state.adopted = true;
    listing.tied.set(session, state);
  }
  return listing;
}
