import type { Capture } from '../model';

/** What {@link readCapture} needs to know about a pane besides its rows. */
export const CAPTURE_FIELDS =
  '#{pane_width} #{pane_height} #{cursor_x} #{cursor_y} #{cursor_flag} #{alternate_on} #{pane_dead}';

/** Reads a screen from tmux's answers to {@link CAPTURE_FIELDS} and to `capture-pane`. */
export function readCapture(state: string, lines: readonly string[]): Capture {
  const [cols = 0, rows = 0, x = 0, y = 0, visible = 0, alternate = 0, dead = 0] = state
    .split(' ')
    .map(Number);
  return {
    cols: cols || 1,
    rows: rows || 1,
    lines,
    cursor: visible === 1 && dead !== 1 ? { x, y } : null,
    alternate: alternate === 1,
  };
}
