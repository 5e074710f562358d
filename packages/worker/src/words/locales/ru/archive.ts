export const archive = {
  renamed: 'Теперь она называется {{name}}.',
  renameUsage: 'Скажите новое имя: `/rename имя`.',
} as const;
