export const moments = {
  today: 'в {{time}}',
  tomorrow: 'завтра в {{time}}',
  yesterday: 'вчера в {{time}}',
  onDay: '{{date}} в {{time}}',
  now: 'сейчас',
  in: 'через {{span}}',
  ago: '{{span}} назад',
} as const;
