export const archive = {
  renamed: 'It is called {{name}} now.',
  renameUsage: 'Say the new name: `/rename name`.',
} as const;
