export const zh = {
  usersChanged: '{{host}} 上 ccbot 的允许用户名单已更改。',
  added: '新增：{{users}}。他们现在可以在该机器上运行命令。',
  removed: '移除：{{users}}。',
  serverChanged:
    '{{host}} 上的 ccbot 现在使用另一个 Bot API 服务器：{{now}}，之前是 {{before}}。该服务器会得到机器人令牌，并能读取所有消息。',
  throughPrevious: '此消息通过之前的服务器发送。',
  throughNew: '之前的服务器没有响应，因此此消息通过新服务器发送。',
  accessLost:
    '{{host}} 上的 ccbot 已不记得之前允许了哪些用户。当前允许：{{users}}。Bot API 服务器：{{server}}。',
  checkUsers:
    '如果不是您改的，请在那台机器上运行 `ccbot stop`，然后检查 {{file}} 和环境变量中的 `ALLOWED_USERS`。',
  checkServer:
    '如果不是您改的，请在那台机器上运行 `ccbot stop`，检查 {{file}} 和环境变量中的 `TELEGRAM_API_ROOT`，并向 @BotFather 获取新令牌。',
  checkBoth: '如有异常，请在那台机器上运行 `ccbot stop`，然后检查 {{file}} 和环境变量。',
} as const;
