/** What is said about windows that somebody opened at the desk. Markdown. */
export const adopt = {
  none: 'No agent runs at the desk outside of your sessions. Start one in any tmux window of this machine, and /adopt finds it.',
  agentAtDesk:
    '{{agent}} runs at the desk in the tmux window {{window}}, in {{cwd}}. Adopt it to go on with it from here.',
  windowOfNobody:
    'The tmux window {{window}} belongs to no session: {{command}} runs there, in {{cwd}}. It was left alone.',
  deadWindow: 'The tmux window {{window}} belongs to no session, and its program has ended.',
  adopted: '{{name}} is a session now: what you write goes there, and its window stays where it is.',
  gone: 'That window is gone, or is a session already.',
  closeSure: 'Close the tmux window {{window}}? What runs there, {{command}}, is ended.',
  closed: 'The tmux window {{window}} is closed.',
  notAdopted: 'The window could not be adopted: {{reason}}. It is as it was.',
  agentGone:
    'The agent of {{name}} ended at the desk. Its window is yours again; the session is in /archive.',
  adopt: 'Adopt',
  close: 'Close',
  closeYes: 'Close it',
} as const;
