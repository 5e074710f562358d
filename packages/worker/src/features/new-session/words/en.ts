/** Markdown; buttons are plain text. */
export const en = {
  menu: 'Start an agent: /new [@agent] [name] [path]',
  usage:
    'Start a session with `/new`, `/new name`, `/new /path/to/project` or `/new name /path/to/project`. To choose the agent, write `/new @agent …`; /help lists the agents.',
  noSuchAgent: 'No agent is called {{name}}. Choose one of {{known}}.',
  noSuchMachine: 'No machine is called {{host}}. Choose one of {{known}}.',
  whichMachine: '**New session**: on which machine? /host sets the one that is always used.',
  onMachine: 'It starts on {{host}}. To start sessions on another machine, send /host.',
  lineNotOwn:
    'No session was started: a command line runs, so every word of it must be yours. Send it as a plain message, without a quote or the name of a contact.',
  noTmux:
    'tmux is not installed, so this session ends when ccbot stops or restarts. Install tmux to keep sessions running.',
  recent: '**New session**: choose a directory. The most recent one comes first.',
  folder: '**New session** in {{path}}',
  page: 'Folders: page {{n}} of {{of}}',
  noFolders: 'This directory has no folders.',
  unlisted_one: '{{count}} more folder is not listed. Type its path to open it.',
  unlisted_other: '{{count}} more folders are not listed. Type a path to open one.',
  earlier: 'You can also resume an earlier session of this directory:',
  writePath: 'Send the path as your next message. `~` is your home directory.',
  writeFolder: 'Send the name of the new folder in {{path}} as your next message.',
  notAName:
    '{{name}} is not a valid folder name: it contains “/”, is “.” or “..”, or is longer than 255 bytes. Send another name.',
  exists: '{{path}} already exists, so I opened it.',
  listChanged: 'The list has changed meanwhile. Choose again.',
  notListed: 'I could not list {{path}}: {{reason}}.',
  notMade: 'I could not create {{path}}: {{reason}}.',
  runsElsewhere:
    'That session is running in another terminal (process {{pids}}), and two agents must not write to one transcript. End it there, then tap again.',
  resuming: '{{name}} resumes. Your messages wait until its agent is ready.',
  kept_one: 'Your message is kept. It goes to the session that you open.',
  kept_other: 'Your {{count}} messages are kept. They go to the session that you open.',
  notKept:
    'This message is not kept, because too many already wait for a session. Open a session, then send it again.',
  delivered_one: 'Your message goes to {{name}}.',
  delivered_other: 'Your {{count}} messages go to {{name}}.',
  stillKept_one:
    'Your message goes to the next session that you open. If there is none, it is discarded {{when}}.',
  stillKept_other:
    'Your {{count}} messages go to the next session that you open. If there is none, they are discarded {{when}}.',
  discarded_one: 'The message was discarded.',
  discarded_other: '{{count}} messages were discarded.',
  keptTooLong_one: 'I discarded a message of yours: no session was opened for it within 24 hours.',
  keptTooLong_other:
    'I discarded {{count}} messages of yours: no session was opened for them within 24 hours.',
  discard: '🗑 Discard',
  startIn: '▶ Start in {{name}}',
  start: '▶ Start here',
  up: '⬆ Up',
  newFolder: '＋ Folder',
  typePath: '✎ Path',
  recentButton: '🕘 Recent',
  browse: '📂 Browse',
  cancel: '✖ Cancel',
  back: '← Back',
} as const;
