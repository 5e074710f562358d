export const zh = {
  menu: '选择新会话所用的机器',
  head: '**机器**',
  up_other: '{{host}}：{{count}} 个会话',
  isDefault: '**您的会话在此启动。**',
  hasDefault: '点按一台机器，以后就在那里启动会话。',
  asksEachTime: '每次启动会话时我都会询问使用哪台机器。点按一台机器，以后就一直在那里启动。',
  chosen: '您的会话现在会在 {{host}} 上启动。',
  noSuchMachine: '没有名为 {{name}} 的机器。可选：{{known}}。',
  askButton: '每次询问',
} as const;
