export const moments = {
  today: '{{time}}',
  tomorrow: '明天 {{time}}',
  yesterday: '昨天 {{time}}',
  onDay: '{{date}} {{time}}',
  now: '现在',
  in: '{{span}}后',
  ago: '{{span}}前',
} as const;
