/** What is said about files that agents send, in Chinese. */
export const send = {
  offered:
    '🔑 {{session}} 想给您发送 {{name}}（{{size}}）。其中可能有凭据，而 Telegram 会保存发送的内容。要发送吗？',
  sendIt: '发送',
  doNot: '不发送',
  agreed: '正在发送 {{name}}。',
  notSent: '没有发送 {{name}}。',
  offerOver: '这个问题已结束。',
  offerGone: '{{name}} 已不存在；没有发送任何内容。',
  offerChanged: '询问之后 {{name}} 有改动；没有发送任何内容。',
} as const;
