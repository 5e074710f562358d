import type { CardWords } from '../words/topics/card';
import { wordsIn } from '../words/words';

/** The words on a card where nothing is told of the chat's language: English. */
export const labels: CardWords = wordsIn('en').card;

/** The one sign that a glance needs: what is the matter? */
export const signs = {
  phase: { starting: '⏳', idle: '●', working: '⏳', ended: '■', lost: '✗' },
  outcome: { done: '✓', interrupted: '■', failed: '✗' },
  todo: { open: '○', doing: '◐', done: '●' },
  writing: '✍',
  tool: { running: '▸', ok: '✓', failed: '✗' },
  error: '⚠',
  prompt: '❯',
} as const;

/** See {@link CardWords}; in English. */
export const spanOf = labels.span;
