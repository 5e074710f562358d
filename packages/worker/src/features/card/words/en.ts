export const en = {
  menu: 'Choose the session you write to',
  noOlder: 'There is nothing older.',
  unlisted_one: '{{count}} older session is not listed. Write `/switch name` to choose it.',
  unlisted_other: '{{count}} older sessions are not listed. Write `/switch name` to choose one.',
  clearSure: 'Clear the context of {{name}}? Its agent starts over; the transcript stays.',
  clearYes: 'Clear it',
} as const;
