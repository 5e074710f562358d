export const outbox = {
  fileGone: '📎 无法发送 {{name}}：文件已不存在。',
  fileUnreadable: '📎 无法发送 {{name}}：{{reason}}。',
  fileEmpty: '📎 {{name}} 是空的，Telegram 不接收空文件。',
  fileTooLarge:
    '📎 没有发送 {{name}}：它有 {{mb}} MB，机器人最多发 {{most}} MB。请拆分、压缩，或从机器上复制。',
  fileRefused: '📎 没有发送 {{name}}：Telegram 拒绝了（{{reason}}）。',
  fileStuck: '📎 无法上传 {{name}}，虽然能连上 Telegram。它对这个连接来说可能太大。',
  textRefused_other: '这里缺少一条 {{count}} 个字符的消息：Telegram 拒绝了（{{reason}}）。',
  show: '👁 显示隐藏内容',
  hide: '🙈 再次隐藏',
  repeated: '↻ 可能是重复消息',
  threadLost:
    '该话题已无法接收消息，原本要发到那里的内容改为发到这里（不属于任何话题）。要在其他话题里继续，请在那里给我发消息。',
} as const;
