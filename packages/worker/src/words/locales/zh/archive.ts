export const archive = {
  renamed: '现在它叫 {{name}}。',
  renameUsage: '请给出新名称：`/rename 名称`。',
} as const;
