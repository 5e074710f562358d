export const zh = {
  menuHelp: '了解在这里可以做什么',
  menuHealth: '查看 ccbot 的运行状况',
  intro:
    '**ccbot** 把您的消息输入终端里的编程智能体，并在这里显示智能体在做什么。\n\n从 /new 开始。此聊天的菜单里有 ccbot 自己的命令；其他内容都会原样发给智能体，包括它自己的斜杠命令。您想了解哪方面？',
  first: '🚀 入门',
  firstText:
    '**入门**\n\n1. `/new` 询问目录并在那里启动智能体；`/new 名称 /项目/路径` 则直接启动。如果先发消息，消息会等待会话打开。\n2. 写下您想做的事。消息上的表情显示其状态：👀 已输入，👌 智能体已收到，✍ 排在当前任务之后，😴 等待中。\n3. 卡片显示智能体在做什么。回答是单独的消息。\n4. /stop 中断智能体，/screen 显示它的终端和按键。\n\n/settings 可更改语言、通知和卡片。在终端中，`tmux attach -t {{tmux}}` 显示同样的会话。',
  agents: '智能体：\n{{list}}',
  sessions: '🗂 会话',
  sessionsText:
    '**会话**\n\n- /sessions：列出所有会话，并显示您正在给哪个发消息；`/switch 名称` 可切换\n- `/new [@agent] [名称] [路径]`：再启动一个\n- `/rename 名称`：重命名\n- /done 和 `/kill [名称]`：结束会话并移入存档\n- /archive：显示并恢复已结束的会话\n- /adopt：接管您自己在 tmux 中启动的智能体\n- /history：逐页显示发生了什么；/export：以文件发送全部内容\n- `/handover @agent [名称]`：把工作交给另一个智能体\n- /usage：显示智能体的用量和限额\n- /health：显示 ccbot 的运行状况',
  machinesText:
    '**多台机器**共用这个机器人。会话显示为 `名称 · 机器`；在命令中用 `机器:名称` 精确指定。`/new 机器:名称 /路径` 在某台机器上启动会话，/host 设置默认机器，/sessions、/inbox、/usage、/archive 和 /health 显示所有机器的内容。发给离线机器的内容会等它恢复。',
  asks: '✋ 请求',
  asksText:
    '**请求**\n\n当智能体需要许可、有问题或提出计划时，您会收到一条带按钮的消息。点一下即可回答；“并说明原因”会附上您的下一条消息。/inbox 显示等待您处理的一切。\n\n/allow 允许智能体在限定时间内或完成之前做它请求的事。问题和计划仍会发给您，ccbot 会记录每次使用。/login 重新登录智能体。',
  files: '📎 文件',
  filesText:
    '**文件**\n\n可以发送照片、文件和语音消息：ccbot 会把它们保存在项目旁边，并告诉智能体位置。Telegram 允许机器人接收最大 {{mb}} MB 的文件。\n\n智能体用 `ccbot send-file` 给您发文件；如果文件可能含有凭据，ccbot 会先询问您。回答中的凭据会被遮盖，点按钮可显示。',
  tips: '💡 提示',
  tipsText:
    '**提示**\n\n- 单实例：单实例锁保护此机器人。锁是文件 {{lock}}；用同一目录再次启动会被拒绝，同时显示锁的持有者，并以退出码 1 结束。锁不会残留：持有它的进程结束，锁就消失。\n- 钩子会自我修复：SessionStart 和 UserPromptSubmit 都会更新 `session_map.json`，因此下一次提问会修复遗漏或损坏的条目。\n- 在终端运行 `ccbot doctor` 会检查一切并说明该怎么做。\n- 如果在输入之前编辑消息，ccbot 会输入编辑后的内容。\n- 在命令前加 //，例如 `//help`，即使 ccbot 有同名命令，也会发给智能体。',
  back: '‹ 帮助',
  healthPoller: '**{{host}}**（负责接收消息）',
  healthProcess: 'ccbot {{version}}，已运行 {{span}}',
  healthNotPolled: '上次轮询：尚无',
  healthPolled: '上次轮询：{{span}}前',
  healthOutage: '上次断线：持续 {{span}}，{{ago}}前恢复：{{cause}}。{{todo}}',
  healthMemory: '内存：{{size}}',
  healthUpdates: '等待处理的更新：{{n}}',
  healthUpdatesSince: '等待处理的更新：{{n}}，最久的已等待 {{span}}',
  healthSessions: '会话：{{n}}',
  healthToSend: '等待发送的消息：{{n}}',
} as const;
