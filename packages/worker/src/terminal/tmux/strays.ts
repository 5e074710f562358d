import { readlinkSync } from 'node:fs';
import type { KnownProcess } from '@ccbot/shared/processes/known-process';
import { REPLACED } from '@ccbot/shared/tmux-field';
import { PanesError, type PaneState, type Stray } from '../model';
import { strayIdOf, type Strays } from '../strays';
import { checkWindows, learnWindows } from './changes';
import { listPanes } from './query';
import { formatFor, readRow, SHAPES } from './fields';
import { CLAIM_ARGUMENTS, paneOfProcess } from './claim';
import { PANE_OPTION, WINDOW_OPTION } from './listing';
import { isOwnPane } from './server';
import { tieCommands, untie } from './tie';
import { isRefused, leave, targetOf, type TmuxState } from './state';

/** What we ask about every pane of the server. */
const FIELDS = {
  [PANE_OPTION]: null,
  [WINDOW_OPTION]: null,
  session_id: SHAPES.session,
  session_name: null,
  window_id: SHAPES.window,
  pane_id: SHAPES.pane,
  pane_pid: SHAPES.number,
  pane_dead: SHAPES.maybe,
  window_name: null,
  pane_current_command: null,
  pane_start_command: null,
  pane_current_path: null,
} as const;

interface TmuxStray extends Stray {
  windowId: string;
  /** Its window is in our tmux session. */
  isHome: boolean;
}

/** The panes of a tmux server that carry no session. */
export function createTmuxStrays(state: TmuxState): Strays {
  return {
    list: () => listStrays(state),
    tie: (id, session, note) => tieStray(state, id, session, note),
    claim: (session, note, processes) => claimPane(state, session, note, processes),
    untie: (session) => untiePane(state, session),
    close: (id) => closeStray(state, id),
  };
}

async function listStrays({ link, home, options }: TmuxState): Promise<TmuxStray[]> {
  const [lines = []] = await link.run(['list-panes', '-a', '-F', formatFor(FIELDS)]);
  const rows = lines.flatMap((line) => readRow(line, FIELDS) ?? []);
  if (rows.length < lines.length)
    options.log('warn', 'tmux rows dropped', { count: lines.length - rows.length });
  return readStrays(rows, home);
}

/**
 * Reads the panes. One whose window is linked into several tmux sessions appears once, as ours if it is in no other: the
 * others are the user's. Unknown panes in a window that we opened are left alone: an agent started them, or the user did
 * so beside it, and they may be members of its team.
 */
function readStrays(
  rows: readonly Readonly<Record<keyof typeof FIELDS, string>>[],
  home: string,
): TmuxStray[] {
  const found = new Map<string, TmuxStray>();
  for (const row of rows) {
    const pane = row.pane_id;
    const pid = Number(row.pane_pid);
    if (row[PANE_OPTION] !== '' || row[WINDOW_OPTION] !== '' || isOwnPane(row.pane_start_command)) continue;
    const isHome = row.session_id === home;
    const known = found.get(pane);
    if (known !== undefined) {
      found.set(pane, { ...known, isHome: known.isHome || isHome, ours: known.ours && isHome });
      continue;
    }
    found.set(pane, {
      id: strayIdOf({ pane, pid }),
      windowId: row.window_id,
      pane,
      pid,
      dead: row.pane_dead === '1',
      isHome,
      ours: isHome,
      tmuxSession: row.session_name,
      window: row.window_name,
      command: row.pane_current_command,
      cwd: directoryOf(pid, row.pane_current_path),
    });
  }
  return [...found.values()];
}

/** The directory by its exact name, also if that holds what tmux must not print. */
function directoryOf(pid: number, printed: string): string {
  if (printed !== '' && !printed.includes(REPLACED)) return printed;
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return '/'; // it has ended, or this system has no /proc
  }
}

async function findStray(state: TmuxState, id: string): Promise<TmuxStray> {
  const stray = (await listStrays(state)).find((candidate) => candidate.id === id);
  if (stray === undefined) throw new PanesError('no-such-session', `no pane ${id} without a session`);
  return stray;
}

async function tieStray(state: TmuxState, id: string, session: string, note: string): Promise<PaneState> {
  const { pane, pid, dead, isHome, windowId: window } = await findStray(state, id);
  // One sequence, which tmux finishes even if ccbot is killed.
  await state.link.run(
    // tmux reports output only of windows in the session that the client is attached to.
    ...(isHome ? [] : [['link-window', '-d', '-s', window, '-t', targetOf(state)]]),
    ...tieCommands(pane, { session, note, isAdopted: true }),
  );
  const tied: PaneState = { session, window, pane, pid, dead, exitStatus: null, note, adopted: true };
  state.windows.set(session, tied);
  checkWindows(state); // holds back its output until somebody watches
  return tied;
}

async function claimPane(
  state: TmuxState,
  session: string,
  note: string,
  processes: readonly KnownProcess[],
): Promise<PaneState | undefined> {
  const [lines = []] = await state.link.run(['list-panes', ...CLAIM_ARGUMENTS]);
  const found = paneOfProcess(lines, session, processes);
  if (found === undefined) return undefined;
  await state.link.run(...tieCommands(found.pane, { session, note, isAdopted: false }));
  const listing = await listPanes(state);
  await learnWindows(state, listing);
  return listing.tied.get(session);
}

async function untiePane(state: TmuxState, session: string): Promise<void> {
  const tied = state.windows.get(session);
  if (tied === undefined) return;
  leave(state, tied);
  try {
    await untie(state, tied.pane, session);
    // tmux refuses to unlink a window that is in no other session.
    await state.link.run(['unlink-window', '-t', `${targetOf(state)}${tied.window}`]);
  } catch (error) {
    if (!isRefused(error)) throw error; // refused: it is gone, or only in our session
  }
}

async function closeStray(state: TmuxState, id: string): Promise<void> {
  const { pane } = await findStray(state, id);
  await state.link.run(['kill-pane', '-t', pane]);
}
