export const zh = {
  menu: '选择要写入的会话',
  noOlder: '没有更早的内容。',
  unlisted_other: '还有 {{count}} 个较早的会话未列出。用 `/switch 名称` 选择。',
  clearSure: '清空 {{name}} 的上下文？智能体会重新开始，记录会保留。',
  clearYes: '清空',
} as const;
