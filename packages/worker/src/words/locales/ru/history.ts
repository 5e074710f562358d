/** What is said about a session's past, in Russian. */
export const history = {
  earlier: 'раньше',
  you: 'Вы:',
  somebody: 'Запрос:',
  interrupted: '*(прервано)*',
  compacted: '*(агент кратко пересказал то, что было раньше)*',
  nothing: 'В {{name}} ещё ничего не записано.',
  gone: 'Записи {{name}} больше нет: её удалил агент.',
  noTranscript: '{{name}} не ведёт записи; что есть, покажет /screen.',
  unreadable: 'Запись {{name}} не читается: {{reason}}.',
  beginning: '*(начало)*',
  exported: 'Вся {{name}}, в Markdown.',
  tooLarge:
    'Из записи {{name}} получается файл в {{megabytes}} МБ, а Telegram принимает от бота 50 МБ. Скопируйте его за компьютером; это {{path}}.',
  older: '‹ Раньше',
  newer: 'Позже ›',
  history: '📜 История',
  export: '⬇ Выгрузить',
} as const;
