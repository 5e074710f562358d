/** The machines of a cluster. Markdown. */
export const machines = {
  away: '{{host}} is away, last seen {{when}}.',
  waits:
    '{{host}} is away, last seen {{when}}, so your message waits. It is delivered when {{host}} is back, within 7 days, and so is everything else that you send to {{host}} until then.',
  switchedAway:
    'Your messages go to {{session}} now, but {{host}} is away, last seen {{when}}. They wait until it is back, up to 7 days. To write to another session, use /sessions.',
  tapWaits: '{{host}} is away, last seen {{when}}. Your tap counts when it is back.',
  awayMark: 'away',
} as const;
