/** What ccbot says where something could not be shown as it is. Plain text, not Markdown. */
export const outbox = {
  fileGone: '📎 {{name}} could not be sent: the file is not there any more.',
  fileUnreadable: '📎 {{name}} could not be sent: {{reason}}.',
  fileEmpty: '📎 {{name}} is empty, and Telegram takes no empty files.',
  fileTooLarge:
    '📎 {{name}} was not sent: it has {{mb}} MB, and a bot may send 50. Split it, compress it, or copy it from the machine.',
  fileRefused: '📎 {{name}} was not sent: Telegram refused it ({{reason}}).',
  fileStuck:
    '📎 {{name}} could not be uploaded, though Telegram can be reached. It may be too large for this connection.',
  textRefused_one: 'A message of {{count}} character is missing here: Telegram refused it ({{reason}}).',
  textRefused_other: 'A message of {{count}} characters is missing here: Telegram refused it ({{reason}}).',
  show: '👁 Show what is hidden',
  hide: '🙈 Hide it again',
  repeated: '↻ possibly shown before',
} as const;
