/** A size in cells. */
export interface Size {
  cols: number;
  rows: number;
}

/** The size of windows without an attached client: wide enough that agents wrap little. The pty adapter uses the same. */
export const SIZE: Size = { cols: 120, rows: 40 };

/** The smallest size in which agents draw all that we read: their input line, and dialogs with their options. */
const LEAST: Size = { cols: 80, rows: 24 };

/** A window of ours, with the terminals that show its session. */
export interface SizedWindow extends Size {
  id: string;
  /** We gave it a fixed size, because a terminal is too small. */
  isFixed: boolean;
  /** The sizes of the terminals whose session has this window, without those that do not count for sizes. */
  terminals: readonly Size[];
}

/** A new size for a window. `fixed`: it keeps it whatever terminals come; otherwise it follows them from then on. */
export interface Resize {
  id: string;
  size: Size | null;
  fixed: boolean;
}

/**
 * Which windows need another size. A window follows the terminals that show it, as the user expects, but never below the
 * least: an agent at five rows shows no input line, so nothing could be typed. It goes back when the last terminal leaves.
 */
export function resizesFor(windows: readonly SizedWindow[]): Resize[] {
  return windows.flatMap((window) => resizeOf(window) ?? []);
}

function resizeOf(window: SizedWindow): Resize | null {
  const { id, isFixed, terminals } = window;
  if (terminals.some(isSmall)) {
    if (!isFixed && !isSmall(window)) return null; // another, larger terminal decides
    const size = largest(terminals);
    return isFixed && size.cols === window.cols && size.rows === window.rows
      ? null
      : { id, size, fixed: true };
  }
  if (terminals.length === 0) return isFixed || isSmall(window) ? { id, size: SIZE, fixed: false } : null;
  return isFixed ? { id, size: null, fixed: false } : null;
}

function isSmall({ cols, rows }: Size): boolean {
  return cols < LEAST.cols || rows < LEAST.rows;
}

/** At least the least. */
function largest(sizes: readonly Size[]): Size {
  return {
    cols: Math.max(LEAST.cols, ...sizes.map(({ cols }) => cols)),
    rows: Math.max(LEAST.rows, ...sizes.map(({ rows }) => rows)),
  };
}
