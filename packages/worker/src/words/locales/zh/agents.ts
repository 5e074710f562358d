/** What is said about agents, in Chinese. */
export const agents = {
  inDirectory: '在某个目录中运行 {{agent}}',
  anyCommand: '任意命令（REPL、构建、ssh），屏幕显示在这里',
  name: '名称',
  path: '路径',
  command: '命令',
  handoverUsage: '请说明由哪个智能体继续：{{known}}；如果是别的会话，后面写会话名称。',
  nothingToHandOver: '{{name}} 还没有记录，没有可移交的内容。',
  handedOver: '{{agent}} 接手 {{from}}：在 {{name}} 中已告诉它要求和完成的内容。{{from}} 保持原样。',
  shellOf: '{{name}} 的命令行',
  commandIn: '{{name}} 中的 {{line}}',
  commandEnded: '{{what}} 已结束（{{status}}）。',
} as const;
