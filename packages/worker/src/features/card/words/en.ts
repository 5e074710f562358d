export const en = {
  menu: 'Choose the session you write to',
  noOlder: 'There is nothing older.',
  clearSure: 'Clear the context of {{name}}? Its agent starts over; the transcript stays.',
  clearYes: 'Clear it',
} as const;
