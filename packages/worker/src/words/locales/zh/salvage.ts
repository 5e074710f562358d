/** What is told of a database that was made anew, in Chinese. */
export const salvage = {
  rebuilt:
    '无法打开数据库 {{path}}（{{reason}}）；它已另存为 {{aside}}，并新建了一个。会话会凭窗口回来；旧文件已保留。',
  whole: '其中的一切都能读取，并已接管：{{held}}。',
  damaged: '已接管：{{held}}。\n\n无法读取或只能部分读取：{{lost}}。缺少的请重新写。',
  held: '{{messages}}要给智能体而它们还没有，{{shows}}还要在这里显示',
  messages_other: '{{count}} 条消息',
  sessions: '会话（有窗口的会凭窗口回来）',
  tails: '智能体的记录读到了哪里',
  settings: '在聊天中做的选择',
  told: 'Telegram 已被告知哪些消息',
  updates: '还没有理解的消息',
  prompts: '还没有输入的消息',
  parcels: '正在送往智能体的消息',
  files: '收到了哪些文件',
  wishes: '还要发送的内容',
  posted: '哪些消息显示什么',
  pauses: '何时可以再次呼叫 Telegram',
  asks: '智能体的请求',
  veiled: '以前消息中遮住的内容',
  offers: '等待点按的文件',
} as const;
