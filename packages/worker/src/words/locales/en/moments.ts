/** Dates and times. Plain text. */
export const moments = {
  today: 'at {{time}}',
  tomorrow: 'tomorrow at {{time}}',
  yesterday: 'yesterday at {{time}}',
  onDay: 'on {{date}} at {{time}}',
  now: 'now',
  in: 'in {{span}}',
  ago: '{{span}} ago',
} as const;
