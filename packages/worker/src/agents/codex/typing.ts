import type { Keystroke } from '../../terminal/panes';

/**
 * The keystrokes that enter a prompt into Codex. Always a paste, which Codex takes literally at any length. Typed keys
 * could trigger shortcuts (`?`) or look like a paste: Codex takes an Enter within 120 ms of a burst of keys for a new line,
 * but not one after a paste (measured with 0.169.0: 0 ms was enough for 20 KB).
 */
export function typePrompt(text: string): Keystroke[] {
  return [{ kind: 'paste', text: submittable(text) }];
}

/**
 * Appends a space where Enter would not submit: after an unfinished `@file` or `$skill` it picks from a list (measured
 * with 0.169.0). Codex trims the space again.
 */
function submittable(text: string): string {
  return /(?:^|\s)[@$]\S*$/.test(text) ? `${text} ` : text;
}
