export const incoming = {
  strange: '无法转交这种消息（{{what}}）。请以文字或文件发送。',
  editTooLate: '智能体已经收到这条消息的原文。请把改动写成新消息。',
  editUnknown: '修改这条消息在这里不起作用。请把想要的写成新消息。',
  nothingTyped: '没有输入任何内容。',
  restGoes: '其余内容会不带它发给智能体。',
  fileTooBig:
    '{{name}} 超过 {{mb}} MB，这是 Telegram 给机器人的上限。{{rest}}请分成小份发送，或用别的办法放到机器上并写明位置。',
  fileFailed: '无法获取 {{name}}：{{reason}}。{{rest}}请再发一次。',
  fileLate: '{{name}} 还没到（{{reason}}）。我会继续尝试；这期间您写给此会话的内容排在它后面。',
  localAbsent:
    '您的 Bot API 服务器把它存在 {{path}}，但本机没有这个文件。如果服务器在容器里运行，请把 `TELEGRAM_LOCAL_FILES` 设为它在本机上的目录',
  localUnreadable:
    '您的 Bot API 服务器把它存在 {{path}}，但 ccbot 无权读取。请用同一用户运行两者，或让 ccbot 的用户能读该目录',
  localNotTrusted:
    '服务器给出的文件是 {{path}}，它不在本机 Bot API 服务器的目录里。如果是您自己的服务器，请把 `TELEGRAM_LOCAL_FILES` 设为它的目录',
  notMine: '{{path}} 不是我的目录，所以不往那里写；请删除或移走它',
  fileDiskFull: '磁盘已满；请腾出空间',
  unwritable: '无法写入：{{reason}}',
  sessionGone: '您的消息没有输入：{{name}} 在它准备好之前就结束了。',
  notTyped: '没有向 {{name}} 输入任何内容：输入到那里的内容会被执行，而这条消息并非全部由您亲自写成。',
  notTypedFiles: '其中的文件在这里：{{paths}}',
  notTypedTodo: '请把您自己的话作为普通消息发送，或把这条消息存为文件。',
  saveAsFile: '存为文件',
  savedAs: '已存为 {{path}}，保留一天。没有输入任何内容。',
  notSaved: '这条消息没有保存：{{reason}}。没有输入任何内容。',
  saveGone: '这条消息已不再保存。请重新转发。',
  voiceUntyped:
    '您的语音消息以文件发给智能体。要把它变成文字，请安装 whisper.cpp，在 `.env` 中设置 {{settings}}，并重启 ccbot。',
  transcribing: '正在转写…',
  transcribingPercent: '正在转写… {{percent}} %',
  transcribed: '您说的是：\n{{text}}',
  transcriptEmpty: '语音消息里没有听到话。它以文件发给智能体。',
  transcriptFailed: '无法转写您的语音消息（{{reason}}）。它以文件发给智能体。',
  flooded_other:
    '您有 {{count}} 条消息没有处理：一分钟内来了超过 {{most}} 条。其中第一条：{{first}}。请再发一次，或调高 `CCBOT_MESSAGES_PER_MINUTE`。',
} as const;
