/** Markdown; buttons are plain text. */
export const en = {
  stillRunning:
    'I cannot find the window of {{name}}, but its agent is still running as pid {{pids}}. Leave it running, end it, or adopt it: I then look for its terminal in every tmux server of yours.',
  notAdoptable:
    '{{name}} (pid {{pids}}) has no terminal in any tmux server that I can reach. Leave it running, or end it and restore it from /archive.',
  left: '{{name}} keeps running as pid {{pids}}. I show what it writes, but cannot type into it; /kill ends it.',
  adopted: '{{name}} has its window again. Your messages go to it.',
  notAdopted: 'I could not adopt {{name}}: {{reason}}. It keeps running.',
  leave: 'Leave it',
  end: 'End it',
  adopt: 'Adopt it',
} as const;
