export const chat = {
  emptyMessage: '这条消息里没有可以输入的文字。',
  noSessions: '没有正在运行的会话。用 `/new /项目/路径` 开始一个。',
  noActive: '没有选中会话。用 /sessions 选择，或用 /new 新建。',
  noSuchSession: '没有名为 {{name}} 的会话。见 /sessions。',
  expired: '这个按钮已失效。',
  oldButton:
    '这个按钮已失效，没有执行任何操作：它的消息已处理完，或我没有它的记录。用 /inbox 查看现在等待处理的内容。',
  earlyTap: '这条消息还在发送，所以这次点击没有生效。请再点一次。',
  chooseSession: '您的会话。点一个，就向它发消息。',
  switched: '现在您在给 {{name}} 发消息。',
  diedAtOnce: '{{name}} 的智能体一启动就结束了（{{status}}）。',
  noLastWords: '没有读到它的输出。请在电脑前启动它，看看原因。',
  died: '{{name}} 的智能体结束了（{{status}}）。',
  lastWords: '最后的输出：\n{{screen}}',
  windowClosed: '{{name}} 的窗口被关闭了。',
  lost: 'ccbot 不在时消失的会话：{{names}}。记录是安全的：要继续的，请在这里或从 /archive 恢复。',
  found: '根据窗口重新找到：{{names}}。用 /sessions 选择要给哪个发消息。',
  noExitCode: '没有退出码',
  exitCode: '退出码 {{status}}',
  waitsDialog: '{{name}} 正显示对话框，所以您的消息在等待。回答对话框后就会输入。',
  waitsLimit: '{{name}} 用完了限额，所以您的消息等到它继续时再输入。',
  waitsStarting: '{{name}} 还在启动；准备好后立即输入您的消息。',
  waitsMissing: '找不到 {{name}} 的窗口，您的消息会等到窗口重新出现再发送。',
  waitsDraft:
    '有人正在电脑前的 {{name}} 输入行里写字，所以您的消息在等待。那份草稿发出或删除后就会输入；/screen 可以看到它。',
  waitsHidden: '{{name}} 没有显示输入行，所以您的消息在等待。用 /screen 查看；输入行回来后就会输入。',
  waitsOver:
    '{{name}} 在您的消息输入之前就结束了。如果从 /archive 让它继续，届时会输入；否则请发给另一个会话。',
  waitsUnsent:
    '{{name}} 的输入行里有一条消息，但智能体没有接收。用 /screen 查看并按那里的 ⏎ Enter；这期间您写的会等待。',
  uncertain: '这条已经输入，但没有迹象表明智能体收到了，所以可能到了，也可能没到：\n{{text}}',
  uncertainOf:
    '{{name}} 的一条消息已经输入，但没有迹象表明智能体收到了。您写的内容会排在它后面，直到你们中有人决定：\n{{text}}',
  sendAgain: '再发一次',
  drop: '丢弃',
  dropped: '已丢弃。',
  retyping: '正在重新输入。',
  alreadyDecided: '已经决定了。',
  typingFailed: '无法把您的消息输入 {{name}}（{{reason}}）。它留在队列里，窗口回来后会再试。',
  inboxFailed:
    '您的一条消息无法处理，已放到一边：{{error}}。请再发一次；`ccbot doctor` 列出被放到一边的消息。',
  diskFull: '磁盘已满：有空间之前不接收新消息。您现在发的会留在 Telegram，之后再处理。',
  clusterAway:
    '{{host}} 与集群断开连接，暂不接收消息。如果其他机器也连不上集群，您发送的消息会在 Telegram 保留最多 24 小时。代理继续工作。',
  clusterRefused:
    '{{host}} 无法加入集群：{{what}} 它上面的代理继续工作，但收不到消息。运行 `ccbot doctor` 查看处理办法。',
  clusterBack: '{{host}} 已重新连接集群，等待中的消息正在处理。',
  clusterLostData:
    '集群丢失了数据，各机器已重新建立集群。发往其他机器的消息可能已丢失：没有得到回复的请重新发送。',
  clusterOldButton:
    '不知道这条消息是哪台机器发出的，所以这次点击没有生效。如果有机器与集群断开了连接，请等它恢复后再点一次。',
  clusterSeveralSessions: '多台机器上都有名为 {{name}} 的会话。请改用以下名称之一：{{choices}}。',
  clusterElsewhere: '这条消息没有生效：{{name}} 在另一台机器上，未能转交过去。请重新发送。',
} as const;
