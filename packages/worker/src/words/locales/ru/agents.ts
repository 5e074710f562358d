/** What is said about agents, in Russian. */
export const agents = {
  inDirectory: '{{agent}} в каталоге',
  anyCommand: 'любая команда (REPL, сборка, ssh), её экран показан здесь',
  name: 'имя',
  path: 'путь',
  command: 'команда',
  handoverUsage: 'Скажите, какой агент продолжит: {{known}}; за ним имя сессии, если она другая.',
  nothingToHandOver: 'У {{name}} ещё нет записи, так что передавать нечего.',
  handedOver:
    '{{agent}} принимает работу у {{from}}: в {{name}} ему рассказано, что просили и что сделано. {{from}} остаётся как есть.',
  shellOf: 'Оболочка в {{name}}',
  commandIn: '{{line}} в {{name}}',
  commandEnded: 'Завершено: {{what}} ({{status}}).',
} as const;
