export const ru = {
  menu: 'Переименовать сессию: /rename имя',
  renamed: 'Новое имя: {{name}}.',
  usage: 'Добавьте новое имя: `/rename имя`.',
} as const;
