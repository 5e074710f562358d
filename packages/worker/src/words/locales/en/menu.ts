/** What stands beside ccbot's commands in Telegram's menu; at most 256 characters each. Plain text. */
export const menu = {
  new: 'Start an agent: /new [@agent] [name] [path]',
  sessions: 'All sessions; choose the one you write to',
  inbox: 'All that waits for you',
  allow: 'Let the agent do what it asks for, for a while',
  stop: 'Interrupt the agent',
  screen: 'What the terminal shows, with keys',
  done: 'Be done with a session: it goes to the archive',
  login: 'Log the agent in again',
  kill: 'End a session',
  archive: 'What ended, to look at and to go on with',
  history: 'What happened in the session, page by page',
  export: 'The whole session, as a file',
  rename: 'Call the session otherwise: /rename name',
  usage: 'What the agents have used, and their limits',
  health: 'How ccbot is doing',
  help: 'What you can do here',
} as const;
