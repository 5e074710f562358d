export const zh = {
  menu: '重命名会话：/rename 名称',
  renamed: '已重命名为 {{name}}。',
  usage: '请加上新名称：`/rename 名称`。',
} as const;
