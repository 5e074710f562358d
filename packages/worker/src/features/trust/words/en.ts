export const en = {
  usersChanged: 'The list of who may use ccbot on {{host}} has changed.',
  added: 'Added: {{users}}. They can run commands on that machine.',
  removed: 'Removed: {{users}}.',
  serverChanged:
    'ccbot on {{host}} now uses another Bot API server: {{now}}, before {{before}}. That server gets the bot token and reads every message.',
  throughPrevious: 'This message came through the previous server.',
  throughNew: 'The previous server does not answer, so this message came through the new one.',
  accessLost:
    'ccbot on {{host}} no longer knows who was allowed before. Allowed now: {{users}}. Bot API server: {{server}}.',
  checkUsers:
    'If you did not do this, stop ccbot there with `ccbot stop` and check `ALLOWED_USERS` in {{file}} and in the environment.',
  checkServer:
    'If you did not do this, stop ccbot there with `ccbot stop`, check `TELEGRAM_API_ROOT` in {{file}} and in the environment, and get a new token from @BotFather.',
  checkBoth:
    'If something is wrong, stop ccbot there with `ccbot stop` and check {{file}} and the environment.',
} as const;
