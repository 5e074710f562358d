export const ru = {
  menu: 'Расход агентов и их лимиты',
  someLimit: 'лимит учётной записи',
  fiveHours: 'пятичасовой лимит',
  week: 'недельный лимит',
  named: 'лимит {{name}}',
  limited: 'В {{name}} исчерпан {{limit}}.',
  limitedUntil: 'В {{name}} исчерпан {{limit}}; он сбросится {{when}}.',
  waitsForYou: 'Ваши сообщения ждут, пока вы не велите продолжить.',
  continuesAt: 'Работа продолжится {{when}}, до этого ваши сообщения ждут.',
  continueAt: '▶ Продолжить {{when}}',
  continueNow: '▶ Продолжить сейчас',
  doNotContinue: '✗ Не продолжать',
  continues: 'Работа продолжается.',
  limitOver: 'Лимит в {{name}} сброшен.',
  step: '{{agent}}: {{limit}} израсходован более чем на {{step}} % ({{used}} %).',
  stepUntil:
    '{{agent}}: {{limit}} израсходован более чем на {{step}} % ({{used}} %); он сбросится {{when}} ({{distance}}).',
  reset: '{{agent}}: {{limit}} сброшен.',
  noFiguresYet: 'данных пока нет',
  head: '**Лимиты {{agent}}**\n\n{{list}}',
  lineOver: '{{limit}}: сброшен {{when}}, с тех пор данных нет',
  line: '{{limit}}: израсходовано {{used}} %; данные получены {{reported}}',
  lineUntil:
    '{{limit}}: израсходовано {{used}} %, сбросится {{when}} ({{distance}}); данные получены {{reported}}',
  noFigures:
    'Данные агента я беру из его строки состояния: `ccbot hook --install` добавляет туда ccbot и сохраняет вашу собственную. Лимиты известны для подписок, после первого ответа.',
} as const;
