export const en = {
  menu: 'Rename the session: /rename name',
  renamed: 'Renamed to {{name}}.',
  usage: 'Add the new name: `/rename name`.',
} as const;
