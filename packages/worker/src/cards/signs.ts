/** One sign a state: what a glance at the card needs. */
export const signs = {
  phase: { starting: '⏳', idle: '●', working: '⏳', ended: '■', lost: '✗' },
  outcome: { done: '✓', interrupted: '■', failed: '✗' },
  todo: { open: '○', doing: '◐', done: '●' },
  writing: '✍',
  tool: { running: '▸', ok: '✓', failed: '✗' },
  error: '⚠',
  prompt: '❯',
  /** A further message of the same turn. */
  continued: '↪',
} as const;
