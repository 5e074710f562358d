/** What is told of an agent’s new version, in Russian. */
export const canary = {
  trouble:
    '{{title}} {{version}} здесь новая, и ccbot понимает её не полностью:\n\n{{list}}\n\nВернитесь к прежней версии или обновите ccbot. `ccbot canary` в терминале проверит её ещё раз.',
  ready: 'не видно, что он готов принять текст',
  ended: 'он завершается сам',
  typing: 'запрос из двух строк доходит не таким, каким набран',
  transcript: 'в его записи не видно ответа и конца работы',
  dialog: 'не видно диалога о разрешении',
  answer: 'после ответа на диалог он не продолжает',
} as const;
