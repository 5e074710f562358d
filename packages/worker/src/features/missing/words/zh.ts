export const zh = {
  stillRunning:
    '找不到 {{name}} 的窗口，但它的智能体仍在运行（pid {{pids}}）。可以保留、结束或接管：接管时我会在您所有的 tmux 服务器中查找它的终端。',
  notAdoptable:
    '{{name}}（pid {{pids}}）的终端不在我能连接的任何 tmux 服务器中。可以让它继续运行，或结束后从 /archive 恢复。',
  left: '{{name}} 继续运行（pid {{pids}}）。它的输出仍会显示在这里，但无法向它输入；/kill 可结束它。',
  adopted: '已找回 {{name}} 的窗口，您的消息会发到那里。',
  notAdopted: '无法接管 {{name}}：{{reason}}。它继续运行。',
  leave: '保留',
  end: '结束',
  adopt: '接管',
} as const;
