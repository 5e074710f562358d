export const opening = {
  noDirectory: '目录 {{path}} 不存在。请检查路径后重试。',
  notADirectory: '{{path}} 是文件，不是目录。请检查路径后重试。',
  unreadableDirectory: '无法打开 {{path}}：没有权限。请检查权限后重试。',
  noProgram: '找不到命令 {{command}}。请安装它，或将 `{{setting}}` 设为它的路径并重启 ccbot。',
  notInstalled: '找不到命令 {{command}}。请安装后重试。',
  windowFailed: '无法打开窗口：{{reason}}。',
  nothingToResume: '{{name}} 在智能体创建会话之前就结束了，没有可恢复的内容。用 /new 新建会话。',
  notResumable: '{{name}} 无法恢复：它的命令不保存会话。用 /new 新建会话。',
  stillRunning:
    '{{name}} 未打开：进程 {{pids}} 仍在使用它的记录，两个智能体不能写入同一份记录。请关闭其他需要该进程的窗口，或运行 {{kill}}，然后重试。',
  restore: '▶ 恢复',
  restoreAll: '▶ 全部恢复',
} as const;
