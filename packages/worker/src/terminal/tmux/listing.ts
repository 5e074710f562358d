import type { MarkName, PaneState } from '../model';
import { formatFor, readRow, SHAPES } from './fields';

/** The pane option that ties a pane to a session. It is on the pane, since the user may split a window. */
export const PANE_OPTION = '@ccbot_pane';

/** The same on the window, for other programs. */
export const WINDOW_OPTION = '@ccbot_session';

/** The note of the open request or of the adoption. */
export const NOTE_OPTION = '@ccbot_note';

/** Takes the place of `$` in a stored note: tmux 3.4 prints a backslash in front of one. Of the private use area. */
const DOLLAR = '\ue024';

/** A note as the option holds it. */
export function encodeNote(note: string): string {
  return note.replaceAll('$', DOLLAR);
}

function decodeNote(stored: string): string {
  return stored.replaceAll(DOLLAR, '$');
}

/** Marks a pane that the user opened at the terminal. */
export const ADOPTED_OPTION = '@ccbot_adopted';

/** The marks of the last keystrokes. */
export const MARK_OPTIONS = {
  typed: '@ccbot_typed',
  pressed: '@ccbot_pressed',
} as const satisfies Record<MarkName, string>;

/** What we ask about every pane. */
const FIELDS = {
  [PANE_OPTION]: null,
  session_id: SHAPES.session,
  window_id: SHAPES.window,
  pane_id: SHAPES.pane,
  pane_pid: SHAPES.number,
  pane_dead: SHAPES.maybe,
  pane_dead_status: SHAPES.maybe,
  pane_dead_signal: null,
  [NOTE_OPTION]: null,
  [ADOPTED_OPTION]: null,
  [MARK_OPTIONS.typed]: null,
  [MARK_OPTIONS.pressed]: null,
} as const;

export const PANE_FIELDS = formatFor(FIELDS);

/** The panes of a tmux server. */
export interface Listing {
  /** The ids of the panes in our tmux session, the only ones whose output tmux reports to us. */
  home: Set<string>;
  /** The panes that carry a ccbot session, by session, wherever the user has moved them. */
  tied: Map<string, PaneState>;
  /** Some program has ended, but tmux does not know yet how: it learns the one after the other. */
  unclear: boolean;
  /** How many lines are no rows: a session that is absent may be in one of them. */
  dropped: number;
}

/** `number`: how many listings were asked for up to this one. */
export type NumberedListing = Listing & { readonly number: number };

/**
 * Reads the answer to a `list-panes -a` with {@link PANE_FIELDS}. A window that is linked into several tmux sessions
 * appears once for each. `home`: the id of our tmux session.
 */
export function readListing(lines: readonly string[], home: string): Listing {
  const listing: Listing = { home: new Set(), tied: new Map(), unclear: false, dropped: 0 };
  for (const line of lines) {
    const row = readRow(line, FIELDS);
    if (row === null) {
      listing.dropped++;
      continue;
    }
    const session = row[PANE_OPTION];
    const { window_id: window, pane_id: pane, pane_pid: pid, pane_dead_status: status } = row;
    const isDead = row.pane_dead === '1';
    if (row.session_id === home) listing.home.add(pane);
    if (session === '' || listing.tied.has(session)) continue;
    if (isDead && status === '' && row.pane_dead_signal === '') listing.unclear = true;
    const exitStatus = status === '' ? null : Number(status);
    const state: PaneState = { session, window, pane, pid: Number(pid), dead: isDead, exitStatus };
    const note = row[NOTE_OPTION];
    if (note !== '') state.note = decodeNote(note);
    if (row[ADOPTED_OPTION] !== '') state.adopted = true;
    for (const name of ['typed', 'pressed'] as const)
      if (row[MARK_OPTIONS[name]] !== '') state[name] = row[MARK_OPTIONS[name]];
    listing.tied.set(session, state);
  }
  return listing;
}
