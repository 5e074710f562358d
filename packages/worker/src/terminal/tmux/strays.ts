import { PanesError, type PaneState } from '../panes';
import { strayIdOf, type Stray, type Strays } from '../strays';
import type { Link } from './link';
import { ADOPTED_OPTION, NOTE_OPTION, PANE_OPTION } from './listing';
import { isKeeper } from './server';

/** What is asked of every pane of the server; the directory comes last, as it alone can hold a tab. */
const FIELDS = [
  PANE_OPTION,
  'session_name',
  'window_id',
  'pane_id',
  'pane_pid',
  'pane_dead',
  'window_name',
  'pane_current_command',
  'pane_start_command',
  'pane_current_path',
]
  .map((field) => `#{${field}}`)
  .join('\t');

/** What the adapter lets strays use of it. */
export interface StrayDeps {
  link: Pick<Link, 'run'>;
  /** The name of our tmux session, and the same as a target. */
  name: string;
  here: string;
  /** The pane of a session, where it is known. */
  known(session: string): PaneState | undefined;
  /** A pane is a session's from now on, or no longer. */
  tied(state: PaneState): void;
  untied(session: string): void;
}

/** The panes of a tmux server that carry no session. */
export function createTmuxStrays({ link, name, here, known, tied, untied }: StrayDeps): Strays {
  /** Every pane with its window; one whose window is linked into several tmux sessions once, as ours where it is. */
  async function all(): Promise<(Stray & { windowId: string })[]> {
    const [lines = []] = await link.run(['list-panes', '-a', '-F', FIELDS]);
    const found = new Map<string, Stray & { windowId: string }>();
    for (const line of lines) {
      const [tie = '', tmuxSession = '', windowId = '', pane = '', pid = '', dead, window = '', command = '', start = '', ...path] = line.split('\t'); // prettier-ignore
      const ours = tmuxSession === name;
      if (tie !== '' || pane === '' || isKeeper(start) || (found.has(pane) && !ours)) continue;
      found.set(pane, {
        ...{
          id: strayIdOf({ pane, pid: Number(pid) }),
          windowId,
          pane,
          pid: Number(pid),
          dead: dead === '1',
          ours,
        },
        ...{ tmuxSession, window, command, cwd: path.join('\t') },
      });
    }
    return [...found.values()];
  }

  async function find(id: string): Promise<Stray & { windowId: string }> {
    const stray = (await all()).find((one) => one.id === id);
    if (stray === undefined)
      throw new PanesError('no-such-session', `there is no pane ${id} without a session`);
    return stray;
  }

  return {
    list: all,
    async tie(id, session, note) {
      const { pane, pid, dead, ours, windowId: window } = await find(id);
      const set = (key: string, value: string): string[] => ['set-option', '-p', '-t', pane, key, value];
      // One sequence: tmux runs it to its end, whatever happens to this process meanwhile. The tie comes last.
      await link.run(
        // Output is told only of windows of the session that the client is attached to.
        ...(ours ? [] : [['link-window', '-d', '-s', window, '-t', here]]),
        set(ADOPTED_OPTION, '1'),
        set(NOTE_OPTION, note),
        set(PANE_OPTION, session),
      );
      const state: PaneState = { session, window, pane, pid, dead, exitStatus: null, note, adopted: true };
      tied(state);
      return state;
    },
    async untie(session) {
      const state = known(session);
      if (state === undefined) return;
      untied(session);
      const unset = [PANE_OPTION, NOTE_OPTION, ADOPTED_OPTION];
      try {
        // A window that is nowhere else is not unlinked: tmux refuses.
        await link.run(...unset.map((key) => ['set-option', '-p', '-u', '-t', state.pane, key]), [
          'unlink-window',
          '-t',
          `${here}${state.window}`,
        ]);
      } catch (error) {
        if (!(error instanceof PanesError) || error.reason !== 'refused') throw error; // gone, or only here
      }
    },
    async close(id) {
      const { pane } = await find(id);
      await link.run(['kill-pane', '-t', pane]);
    },
  };
}
