/** What is said about a session's past, in Chinese. */
export const history = {
  earlier: '更早',
  you: '您：',
  somebody: '提示：',
  interrupted: '*（已中断）*',
  compacted: '*（智能体总结了之前的内容）*',
  nothing: '{{name}} 还没有任何记录。',
  gone: '{{name}} 的记录已不存在：被它的智能体删除了。',
  noTranscript: '{{name}} 不保存记录；/screen 显示现有内容。',
  unreadable: '无法读取 {{name}} 的记录：{{reason}}。',
  beginning: '*（开头）*',
  exported: '{{name}} 的全部内容，Markdown 格式。',
  tooLarge:
    '{{name}} 的记录会成为 {{megabytes}} MB 的文件，而 Telegram 只接受机器人 50 MB 的文件。请在电脑前复制；它是 {{path}}。',
  older: '‹ 更早',
  newer: '更新 ›',
  history: '📜 历史',
  export: '⬇ 导出',
} as const;
