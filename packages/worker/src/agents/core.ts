/**
 * What programs leave out of a text when they draw it, replace by a mark of their own, or draw in another form: white
 * space (rows are cut at the terminal's width), control and format characters such as those that turn the direction of
 * writing, accents that stand apart, the colours of emoji, letters without a shape, and the sign for what cannot be
 * drawn (measured with Claude Code 2.1.330 in tmux).
 */
const UNSTEADY = /[\s\p{Cc}\p{Cf}\p{Mn}\p{Me}\u{1f3fb}-\u{1f3ff}\u115f\u1160\u2800\u3164\uffa0\ufffd]+/gu;

/** What of a text is the same wherever it is shown: two texts with the same core are taken for one. Empty: nothing of it can be seen. */
export function core(text: string): string {
  return text.normalize('NFD').replace(UNSTEADY, '');
}
