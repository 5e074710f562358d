import { ADOPTED_OPTION, encodeNote, MARK_OPTIONS, NOTE_OPTION, PANE_OPTION, WINDOW_OPTION } from './listing';
import { isRefused, type TmuxState } from './state';

/** The marks of a session that a pane carries. */
export interface Marks {
  session: string;
  note: string;
  /** The user opened the pane. */
  isAdopted: boolean;
}

/** The commands that tie a pane to a session, to be run as one sequence. The option that ties it comes last. */
export function tieCommands(pane: string, { session, note, isAdopted }: Marks): string[][] {
  const setOption = (key: string, value: string): string[] => ['set-option', '-p', '-t', pane, key, value];
  return [
    ...(isAdopted ? [setOption(ADOPTED_OPTION, '1')] : []),
    setOption(NOTE_OPTION, encodeNote(note)),
    setOption(PANE_OPTION, session),
  ];
}

/** Takes the marks of a session off a pane and the window that was opened for it. Does nothing if the pane is gone. */
export async function untie({ link }: Pick<TmuxState, 'link'>, pane: string, session: string): Promise<void> {
  const options = [PANE_OPTION, NOTE_OPTION, ADOPTED_OPTION, ...Object.values(MARK_OPTIONS)];
  // The pane may be in the window of another session by now.
  const isItsWindow = `#{==:#{${WINDOW_OPTION}},${session}}`;
  try {
    await link.run(...options.map((key) => ['set-option', '-p', '-u', '-t', pane, key]), [
      'if-shell',
      '-F',
      '-t',
      pane,
      isItsWindow,
      `set-option -w -u -t ${pane} ${WINDOW_OPTION}`,
    ]);
  } catch (error) {
    if (!isRefused(error)) throw error;
  }
}
