import type { PaneState } from '../model';

/** The pane option that ties a pane to a session. It is on the pane, since the user may split a window. */
export const PANE_OPTION = '@ccbot_pane';

/** The same on the window, for other programs. */
export const WINDOW_OPTION = '@ccbot_session';

/** The note of the open request or of the adoption. */
export const NOTE_OPTION = '@ccbot_note';

/** Marks a pane that the user opened at the terminal. */
export const ADOPTED_OPTION = '@ccbot_adopted';

/** What we ask about every pane, separated by tabs, which no field can contain. */
export const PANE_FIELDS = `#{${PANE_OPTION}}\t#{window_id}\t#{pane_id}\t#{pane_pid}\t#{pane_dead}\t#{pane_dead_status}\t#{pane_dead_signal}\t#{${NOTE_OPTION}}\t#{${ADOPTED_OPTION}}`;

/** The panes of a tmux session. */
export interface Listing {
  /** Every pane id. */
  all: Set<string>;
  /** The panes that carry a ccbot session, by session. */
  tied: Map<string, PaneState>;
  /** Some program has ended, but tmux does not know yet how: it learns the one after the other. */
  unclear: boolean;
}

/** Reads the answer to a `list-panes` with {@link PANE_FIELDS}. */
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
