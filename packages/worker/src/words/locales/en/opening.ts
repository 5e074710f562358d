/** Opening and restoring sessions. Markdown. */
export const opening = {
  noDirectory: 'The directory {{path}} does not exist. Check the path and try again.',
  notADirectory: '{{path}} is a file, not a directory. Check the path and try again.',
  unreadableDirectory: 'I cannot open {{path}}: permission denied. Check its permissions and try again.',
  noProgram:
    'The command {{command}} was not found. Install it, or set `{{setting}}` to its path and restart ccbot.',
  notInstalled: 'The command {{command}} was not found. Install it and try again.',
  windowFailed: 'I could not open a window: {{reason}}.',
  nothingToResume:
    '{{name}} ended before its agent started a session, so there is nothing to resume. Start a new session with /new.',
  notResumable:
    '{{name}} cannot be resumed: its command does not store sessions. Start a new session with /new.',
  stillRunning:
    '{{name}} was not opened: process {{pids}} still uses its transcript, and two agents must not write to it. Close the other windows that need it, or run {{kill}}, then try again.',
  restore: '▶ Restore',
  restoreAll: '▶ Restore all',
} as const;
