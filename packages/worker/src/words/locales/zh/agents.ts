export const agents = {
  inDirectory: '在某个目录中运行 {{agent}}',
  anyCommand: '任意命令（REPL、构建、ssh），屏幕显示在这里',
  name: '名称',
  path: '路径',
  command: '命令',
  shellOf: '{{name}} 的命令行',
  commandIn: '{{name}} 中的 {{line}}',
  commandEnded: '{{what}} 已结束（{{status}}）。',
} as const;
