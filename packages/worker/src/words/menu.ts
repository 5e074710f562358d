/** The commands in Telegram's menu; behind them stand those of the agent that the chat writes to. */
export const MENU = [
  { command: 'new', description: 'Start an agent: /new [@agent] [name] [path]' },
  { command: 'sessions', description: 'All sessions; choose the one you write to' },
  { command: 'inbox', description: 'All that waits for you' },
  { command: 'allow', description: 'Let the agent do what it asks for, for a while' },
  { command: 'stop', description: 'Interrupt the agent' },
  { command: 'screen', description: 'What the terminal shows, with keys' },
  { command: 'done', description: 'Be done with a session: it goes to the archive' },
  { command: 'login', description: 'Log the agent in again' },
  { command: 'kill', description: 'End a session' },
  { command: 'archive', description: 'What ended, to look at and to go on with' },
  { command: 'rename', description: 'Call the session otherwise: /rename name' },
  { command: 'usage', description: 'What the agents have used, and their limits' },
  { command: 'health', description: 'How ccbot is doing' },
  { command: 'help', description: 'What you can do here' },
] as const;
