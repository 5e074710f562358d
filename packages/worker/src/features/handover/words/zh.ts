export const zh = {
  usage: '请指定接手的智能体：{{known}}。要移交当前会话以外的会话，请在后面加上会话名称。',
  nothing: '{{name}} 还没有记录，没有可移交的内容。',
  handedOver: '{{agent}} 在新会话 {{name}} 中接手 {{from}}，并已收到此前工作的摘要。{{from}} 保持不变。',
} as const;
