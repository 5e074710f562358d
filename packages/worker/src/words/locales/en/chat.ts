/** What ccbot says about sessions, in English. Markdown; what is put in is made safe by the code beside. */
export const chat = {
  emptyMessage: 'That message has no text I can type.',
  noSessions: 'No session is running. Start one with `/new /path/to/project`.',
  noActive: 'No session is chosen. Choose one with /sessions, or start one with /new.',
  noSuchSession: 'No session is called {{name}}. See /sessions.',
  expired: 'This button is no longer valid.',
  chooseSession: 'Your sessions. Tap one to write to it.',
  switched: 'You are writing to {{name}}.',
  diedAtOnce: 'The agent of {{name}} ended at once ({{status}}).',
  noLastWords: 'Nothing it printed could be read. Start it at the desk to see why.',
  died: 'The agent of {{name}} ended ({{status}}).',
  lastWords: 'Its last words:\n{{screen}}',
  closedAtDesk: 'The window of {{name}} was closed.',
  lost: 'Gone while ccbot was away: {{names}}. The transcripts are safe: restore what is to go on, here or from the /archive.',
  found: 'Found again by their windows: {{names}}. Choose where you write to with /sessions.',
  noExitCode: 'no exit code',
  exitCode: 'exit code {{status}}',
  waitsDialog: '{{name}} shows a dialog, so your message waits. Answer the dialog, then it is typed.',
  waitsLimit: '{{name}} has used up a limit, so your message waits until it goes on.',
  waitsStarting: '{{name}} is still starting; your message is typed as soon as it is ready.',
  waitsDraft:
    'Somebody is writing in the input line of {{name}} at the desk, so your message waits. It is typed when that draft is sent or deleted; /screen shows it.',
  waitsHidden:
    '{{name}} shows no input line, so your message waits. Look with /screen; it is typed when the line is back.',
  waitsOver:
    '{{name}} ended before your message was typed. If it goes on from the /archive, it is typed then; else write it to another session.',
  waitsUnsent:
    'A message stands in the input line of {{name}}, and the agent does not take it. Look with /screen and press ⏎ Enter there; what you write meanwhile waits.',
  uncertain:
    'This was typed, but nothing shows that the agent has it, so it may or may not have arrived:\n{{text}}',
  uncertainOf:
    'A message of {{name}} was typed, but nothing shows that the agent has it. What you write waits behind it until one of you decides:\n{{text}}',
  sendAgain: 'Send again',
  drop: 'Drop',
  dropped: 'Dropped.',
  retyping: 'Typing it again.',
  alreadyDecided: 'Already decided.',
  typingFailed:
    'Your message could not be typed into {{name}} ({{reason}}). It stays in the queue and is tried again when the window is back.',
  inboxFailed:
    'One of your messages could not be handled and was set aside: {{error}}. Send it again; `ccbot doctor` lists what was set aside.',
  diskFull:
    'The disk is full: I take no new messages until there is room. What you send now stays with Telegram and is handled then.',
} as const;
