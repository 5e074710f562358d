/** What stands beside ccbot's commands in Telegram's menu, in Chinese. */
export const menu = {
  new: '启动智能体：/new [@agent] [名称] [路径]',
  sessions: '所有会话；选择给哪个发消息',
  inbox: '等待您处理的一切',
  allow: '暂时允许智能体做它请求的事',
  stop: '中断智能体',
  screen: '终端显示的内容，带按键',
  done: '完成会话：放入存档',
  login: '重新登录智能体',
  kill: '结束会话',
  archive: '已结束的会话，可查看和继续',
  history: '逐页查看会话中发生的事',
  export: '整个会话，以文件发送',
  rename: '给会话改名：/rename 名称',
  usage: '智能体的用量和限额',
  health: 'ccbot 的状况',
  help: '在这里可以做什么',
} as const;
