/** In place of what could not be shown. Plain text. */
export const outbox = {
  fileGone: '📎 {{name}} could not be sent: the file no longer exists.',
  fileUnreadable: '📎 {{name}} could not be sent: {{reason}}.',
  fileEmpty: '📎 {{name}} is empty, and Telegram does not accept empty files.',
  fileTooLarge:
    '📎 {{name}} was not sent: it has {{mb}} MB, and bots can send {{most}} MB at most. Split it, compress it, or copy it from the machine.',
  fileRefused: '📎 {{name}} was not sent: Telegram refused it ({{reason}}).',
  fileStuck:
    '📎 {{name}} could not be uploaded, although Telegram can be reached. It may be too large for this connection.',
  textRefused_one:
    'A message of {{count}} character is missing here, because Telegram refused it ({{reason}}).',
  textRefused_other:
    'A message of {{count}} characters is missing here, because Telegram refused it ({{reason}}).',
  show: '👁 Show hidden text',
  hide: '🙈 Hide it again',
  repeated: '↻ possibly shown before',
  threadLost:
    'One of your topics no longer takes messages. What belongs there comes here instead, outside of all topics. To continue in another topic, write to me there.',
} as const;
