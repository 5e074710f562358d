export const zh = {
  menu: '继续终端中运行的智能体',
  none: '除您的会话外，终端中没有运行中的智能体。在本机任一 tmux 窗口中启动一个，/adopt 就能找到它。',
  agentAtTerminal:
    '{{agent}} 正在终端的 tmux 窗口 {{window}} 中运行，目录为 {{cwd}}。接管它，即可从这里继续。',
  windowWithoutAgent:
    'tmux 窗口 {{window}} 不属于任何会话。其中运行着 {{command}}，目录为 {{cwd}}；该窗口未被改动。',
  deadWindow: 'tmux 窗口 {{window}} 不属于任何会话，其程序已退出。',
  adopted: '{{name}} 现在是一个会话。您的消息会发到那里，窗口留在原处。',
  gone: '该窗口已不存在，或已属于某个会话。',
  closeSure: '关闭 tmux 窗口 {{window}}？其中运行的 {{command}} 会结束。',
  closed: 'tmux 窗口 {{window}} 已关闭。',
  notAdopted: '无法接管该窗口：{{reason}}。它保持不变。',
  agentLeft: '{{name}} 的智能体已在终端退出。窗口重新归您使用，会话在 /archive 中。',
  adopt: '接管',
  close: '关闭',
  closeYes: '关闭它',
} as const;
