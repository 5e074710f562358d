export const zh = {
  menu: '中断智能体',
  menuKill: '结束会话',
  stopping: '正在停止…',
  nothingToStop: '{{name}} 处于空闲状态，无需停止。',
  stillWorking: '{{name}} 忽略了两次中断，仍在运行。用 /screen 查看，或结束会话：窗口会关闭，记录会保留。',
  stopAgain: '再次停止',
  keyFailed: '无法在 {{name}} 中按键：{{reason}}。',
  killSure: '结束 {{name}}？智能体会停止，窗口会关闭，记录会保留。',
  killYes: '结束',
  killed: '{{name}} 已结束。',
} as const;
