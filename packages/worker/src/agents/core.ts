import { streamSafe } from '@ccbot/shared/stream-safe';

/**
 * The characters that a terminal program may drop, replace or redraw: white space (rows break at the terminal's
 * width), control and format characters such as direction marks, combining accents, emoji skin tones, blank letters,
 * and the replacement character (measured with Claude Code 2.1.330 in tmux).
 */
const UNSTEADY = /[\s\p{Cc}\p{Cf}\p{Mn}\p{Me}\u{1f3fb}-\u{1f3ff}\u115f\u1160\u2800\u3164\uffa0\ufffd]+/gu;

/** How much of a text is compared, UTF-16 units: no prompt is longer, and no screen. */
const COMPARED_MAX = 65_536;

/** The part of a text that survives drawing. Two texts with the same core count as equal. Empty: nothing is visible. */
export function core(text: string): string {
  return streamSafe(text.slice(0, COMPARED_MAX)).normalize('NFD').replace(UNSTEADY, '');
}
