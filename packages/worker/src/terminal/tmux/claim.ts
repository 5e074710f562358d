import { statSync } from 'node:fs';
import { ancestry, processStat } from '@ccbot/shared/processes/process-stat';
import { isRunning, type KnownProcess } from '@ccbot/shared/processes/known-process';
import { formatFor, readRow, SHAPES } from './fields';
import { PANE_OPTION } from './listing';
import { isOwnPane } from './server';

/** What we ask about every pane when we look for the terminal of a process. */
const FIELDS = {
  [PANE_OPTION]: null,
  window_id: SHAPES.window,
  pane_id: SHAPES.pane,
  pane_pid: SHAPES.number,
  pane_dead: SHAPES.maybe,
  pane_tty: null,
  pane_start_command: null,
} as const;

/** The arguments after `list-panes` whose answer {@link paneOfProcess} reads. */
export const CLAIM_ARGUMENTS = ['-a', '-F', formatFor(FIELDS)] as const;

/** The pane that a process runs in. */
export interface ClaimedPane {
  pane: string;
  window: string;
  pid: number;
}

/**
 * The pane that one of the processes runs in: below the program of the pane, or on its terminal. A pane of another session
 * is none of ours.
 */
export function paneOfProcess(
  lines: readonly string[],
  session: string,
  processes: readonly KnownProcess[],
): ClaimedPane | undefined {
  const running = processes.filter(isRunning);
  const parents = new Set(running.flatMap(({ pid }) => [...ancestry(pid)]));
  const terminals = new Set(running.map(({ pid }) => processStat(pid)?.terminal ?? 0));
  terminals.delete(0);
  for (const line of lines) {
    const row = readRow(line, FIELDS);
    if (row === null || row.pane_dead === '1' || isOwnPane(row.pane_start_command)) continue;
    if (row[PANE_OPTION] !== '' && row[PANE_OPTION] !== session) continue;
    const { pane_id: pane, window_id: window } = row;
    const pid = Number(row.pane_pid);
    if (parents.has(pid) || terminals.has(deviceOf(row.pane_tty))) return { pane, window, pid };
  }
  return undefined;
}

/** The device number of a terminal; NaN: it is gone. */
function deviceOf(path: string): number {
  try {
    return statSync(path).rdev;
  } catch {
    return NaN;
  }
}
