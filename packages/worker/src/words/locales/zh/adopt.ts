/** What is said about windows that somebody opened at the desk, in Chinese. */
export const adopt = {
  none: '除您的会话外，电脑前没有运行中的智能体。在本机任一 tmux 窗口中启动一个，/adopt 就能找到它。',
  agentAtDesk: '{{agent}} 正在电脑前的 tmux 窗口 {{window}} 中运行，目录 {{cwd}}。接管它，即可从这里继续。',
  windowOfNobody: 'tmux 窗口 {{window}} 不属于任何会话：其中运行着 {{command}}，目录 {{cwd}}。它未被改动。',
  deadWindow: 'tmux 窗口 {{window}} 不属于任何会话，其程序已结束。',
  adopted: '{{name}} 现在是一个会话：你写的内容会发到那里，窗口留在原处。',
  gone: '该窗口已不存在，或已是一个会话。',
  closeSure: '关闭 tmux 窗口 {{window}}？其中运行的 {{command}} 会被结束。',
  closed: 'tmux 窗口 {{window}} 已关闭。',
  notAdopted: '无法接管该窗口：{{reason}}。它保持原样。',
  agentGone: '{{name}} 的智能体已在电脑前结束。窗口归还给你；会话在 /archive。',
  adopt: '接管',
  close: '关闭',
  closeYes: '关闭它',
} as const;
