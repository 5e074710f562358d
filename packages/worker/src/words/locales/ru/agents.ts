export const agents = {
  inDirectory: '{{agent}} в каталоге',
  anyCommand: 'любая команда (REPL, сборка, ssh), её экран показан здесь',
  name: 'имя',
  path: 'путь',
  command: 'команда',
  shellOf: 'Оболочка в {{name}}',
  commandIn: '{{line}} в {{name}}',
  commandEnded: 'Завершено: {{what}} ({{status}}).',
} as const;
