/** Markdown; buttons are plain text. */
export const en = {
  menu: 'Continue agents that run at the terminal',
  none: 'No agent runs at the terminal outside your sessions. Start one in any tmux window of this machine, and /adopt will find it.',
  agentAtTerminal:
    '{{agent}} runs at the terminal in the tmux window {{window}}, in {{cwd}}. Adopt it to continue from here.',
  windowWithoutAgent:
    'The tmux window {{window}} belongs to no session. It runs {{command}} in {{cwd}}, and I left it alone.',
  deadWindow: 'The tmux window {{window}} belongs to no session, and its program has exited.',
  adopted: '{{name}} is a session now. Your messages go to it, and its window stays where it is.',
  gone: 'That window is gone or already belongs to a session.',
  closeSure: 'Close the tmux window {{window}}? This ends {{command}}, which runs in it.',
  closed: 'The tmux window {{window}} is closed.',
  notAdopted: 'I could not adopt the window: {{reason}}. It is unchanged.',
  agentLeft:
    'The agent of {{name}} exited at the terminal. The window is yours again, and the session is in /archive.',
  adopt: 'Adopt',
  close: 'Close',
  closeYes: 'Close it',
} as const;
