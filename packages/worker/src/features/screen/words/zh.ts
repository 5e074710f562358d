export const zh = {
  menu: '显示终端，带按键',
  caption: '{{name}} 的屏幕',
  asText: '{{name}} 的屏幕：\n{{screen}}',
  undrawn: '{{name}} 的屏幕（文字）。无法绘制图片：{{why}}。\n{{screen}}',
  empty: '（屏幕为空）',
  unreadable: '无法读取 {{name}} 的屏幕：{{reason}}。',
  refresh: '🔄 刷新',
  close: '✖ 关闭',
  noChange: '屏幕没有变化。如果按键没有送达，请再按一次。',
  answered: '该屏幕已消失，已有人回答。',
  answeredBy: '该屏幕已消失，{{name}} 已经回答。',
  keyFailed: '无法在 {{name}} 中按键：{{reason}}。',
} as const;
