export const zh = {
  offered:
    '🔑 {{session}} 想向您发送 {{name}}（{{size}}），其中可能含有凭据。Telegram 会保存所有文件：仍要发送吗？',
  sendIt: '发送',
  doNot: '不发送',
  sending: '正在发送 {{name}}。',
  notSent: '未发送 {{name}}。',
  over: '此问题已关闭。请让智能体重新发送文件。',
  gone: '{{name}} 已不存在，未发送任何内容。',
  changed: '{{name}} 在询问之后已更改，未发送任何内容。',
} as const;
