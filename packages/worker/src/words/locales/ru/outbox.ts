export const outbox = {
  fileGone: '📎 {{name}} не отправлен: файла больше нет.',
  fileUnreadable: '📎 {{name}} не отправлен: {{reason}}.',
  fileEmpty: '📎 {{name}} пуст, а пустых файлов Telegram не принимает.',
  fileTooLarge:
    '📎 {{name}} не отправлен: в нём {{mb}} МБ, а бот может отправить 50. Разделите его, сожмите или скопируйте с машины.',
  fileRefused: '📎 {{name}} не отправлен: Telegram отказал ({{reason}}).',
  fileStuck:
    '📎 {{name}} не удалось загрузить, хотя Telegram доступен. Возможно, он слишком велик для этого соединения.',
  textRefused_one: 'Здесь не хватает сообщения из {{count}} знака: Telegram отказал ({{reason}}).',
  textRefused_few: 'Здесь не хватает сообщения из {{count}} знаков: Telegram отказал ({{reason}}).',
  textRefused_many: 'Здесь не хватает сообщения из {{count}} знаков: Telegram отказал ({{reason}}).',
  textRefused_other: 'Здесь не хватает сообщения из {{count}} знака: Telegram отказал ({{reason}}).',
  show: '👁 Показать скрытое',
  hide: '🙈 Скрыть снова',
  repeated: '↻ возможно, повтор',
} as const;
