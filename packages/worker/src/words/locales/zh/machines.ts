export const machines = {
  away: '{{host}} 已离线，最后在线：{{when}}。',
  waits:
    '{{host}} 已离线，最后在线：{{when}}，因此这条消息正在等待。{{host}} 恢复后会送达，最长保留 7 天；在此之前发往 {{host}} 的其他内容也是如此。',
  switchedAway:
    '您的消息现在发往 {{session}}，但 {{host}} 已离线，最后在线：{{when}}。消息会等到它恢复，最长保留 7 天。要写给其他会话，请用 /sessions。',
  tapWaits: '{{host}} 已离线，最后在线：{{when}}。恢复后此次点按才会生效。',
  awayMark: '离线',
} as const;
