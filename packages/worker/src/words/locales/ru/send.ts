/** What is said about files that agents send, in Russian. */
export const send = {
  offered:
    '🔑 {{session}} хочет прислать вам {{name}} ({{size}}). В нём могут быть учётные данные, а Telegram хранит всё отправленное. Отправить?',
  sendIt: 'Отправить',
  doNot: 'Не надо',
  agreed: '{{name}} отправляется.',
  notSent: '{{name}} не отправлен.',
  offerOver: 'Этот вопрос уже закрыт.',
  offerGone: '{{name}} больше нет; ничего не отправлено.',
  offerChanged: '{{name}} изменился с тех пор, как вас спросили; ничего не отправлено.',
} as const;
