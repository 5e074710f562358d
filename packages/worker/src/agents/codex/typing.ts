import type { Keystroke } from '../../terminal/panes';

/**
 * Time between a paste and Enter, ms. Codex takes an Enter within 120 ms of keys that came in a burst for a new line;
 * a paste is no such burst, and 0 ms was enough for 20 KB (measured with 0.169.0). This much gives it a read of its own.
 */
const ENTER_PAUSE_MS = 60;

/**
 * The keystrokes that enter a prompt into Codex. Always as a paste, which it takes as it is, whatever the length: typed
 * keys it would hold against its shortcuts (`?`) and against its guess of what is a paste.
 */
export function typePrompt(text: string): Keystroke[] {
  return [
    { kind: 'paste', text: submittable(text) },
    { kind: 'pause', ms: ENTER_PAUSE_MS },
    { kind: 'key', key: 'Enter' },
  ];
}

/**
 * A text at whose end Enter submits: behind an unfinished `@file` or `$skill` it would choose from a list; a space ends
 * it (measured with 0.169.0). Codex cuts white space off the end again.
 */
function submittable(text: string): string {
  return /(?:^|\s)[@$]\S*$/.test(text) ? `${text} ` : text;
}
