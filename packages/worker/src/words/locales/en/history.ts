/** What is said about a session's past. Markdown; buttons are plain text. */
export const history = {
  earlier: 'earlier',
  you: 'You:',
  somebody: 'Prompt:',
  interrupted: '*(interrupted)*',
  compacted: '*(the agent summed up what was before)*',
  nothing: 'Nothing is written of {{name}} yet.',
  gone: 'The transcript of {{name}} is gone: its agent removed it.',
  noTranscript: '{{name}} keeps no transcript; /screen shows what there is.',
  unreadable: 'The transcript of {{name}} cannot be read: {{reason}}.',
  beginning: '*(the beginning)*',
  exported: 'The whole of {{name}}, as Markdown.',
  tooLarge:
    'The transcript of {{name}} makes a file of {{megabytes}} MB, and Telegram takes 50 MB from a bot. Copy it at the desk; it is {{path}}.',
  older: '‹ Older',
  newer: 'Newer ›',
  history: '📜 History',
  export: '⬇ Export',
} as const;
