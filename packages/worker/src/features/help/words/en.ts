/** Markdown. Each section of the help is a title for its button and a text. */
export const en = {
  menuHelp: 'Learn what you can do here',
  menuHealth: 'Check how ccbot is doing',
  intro:
    '**ccbot** types what you write into a coding agent in your terminal and shows you here what the agent does.\n\nStart with /new. The menu of this chat has ccbot’s own commands. Everything else goes to the agent as you write it, including its own slash commands. What would you like to read about?',
  first: '🚀 First steps',
  firstText:
    '**First steps**\n\n1. `/new` asks for a directory and starts an agent there; `/new name /path/to/project` does so at once. If you write before that, your message waits for the session.\n2. Write what you want done. A reaction on your message shows its state: 👀 typed, 👌 the agent has it, ✍ queued behind the running turn, 😴 waiting.\n3. A card shows what the agent does. The answer comes as a separate message.\n4. /stop interrupts the agent, /screen shows its terminal with keys.\n\n/settings changes the language, the notifications and the card. At the terminal, `tmux attach -t {{tmux}}` shows the same sessions.',
  agents: 'The agents:\n{{list}}',
  sessions: '🗂 Sessions',
  sessionsText:
    '**Sessions**\n\n- /sessions: lists all sessions and shows which one you write to; `/switch name` changes it\n- `/new [@agent] [name] [path]`: starts another one\n- `/rename name`: renames it\n- /done and `/kill [name]`: end a session and move it to the archive\n- /archive: shows ended sessions and restores them\n- /adopt: takes over agents that you started in tmux yourself\n- /history: shows what happened, page by page; /export: sends all of it as a file\n- `/handover @agent [name]`: hands the work over to another agent\n- /usage: shows what the agents have used, and their limits\n- /health: shows how ccbot is doing',
  machinesText:
    '**Several machines** share this bot. A session is shown as `name · machine`; in a command, `machine:name` is exact. `/new machine:name /path` starts a session on a machine, /host sets the machine that is always used, and /sessions, /inbox, /usage, /archive and /health show all of them. What you send to a machine that is away waits for it.',
  asks: '✋ Requests',
  asksText:
    '**Requests**\n\nWhen an agent needs a permission, has a question or proposes a plan, you get a message with buttons. One tap answers it; “and say why” sends your next message along. /inbox shows everything that waits for you.\n\n/allow lets the agent do what it asks for, for a limited time or until it is done. You still get questions and plans, and ccbot logs each use. /login logs an agent in again.',
  files: '📎 Files',
  filesText:
    '**Files**\n\nSend photos, files and voice messages: ccbot saves them beside the project and tells the agent where. Telegram gives bots files of up to {{mb}} MB.\n\nAn agent sends you a file with `ccbot send-file`; if the file may contain credentials, ccbot asks you first. Credentials in answers are masked, and a button reveals them.',
  tips: '💡 Tips',
  tipsText:
    '**Tips**\n\n- One instance: a single-instance lock guards this bot. The lock is the file {{lock}}; a second start with the same directory is refused, names the holder of the lock, and exits with code 1. It never stays behind: it goes away with the process that holds it.\n- The hooks heal themselves: SessionStart and UserPromptSubmit both update `session_map.json`, so the next prompt repairs a missed or damaged entry.\n- `ccbot doctor` at the terminal checks everything and says what to do.\n- If you edit a message before it is typed, ccbot types the edited text.\n- Put // in front of a command, such as `//help`, to send it to the agent even if ccbot has a command of that name.',
  back: '‹ Help',
  healthPoller: '**{{host}}** (fetches the messages)',
  healthProcess: 'ccbot {{version}}, running for {{span}}',
  healthNotPolled: 'last poll: none yet',
  healthPolled: 'last poll: {{span}} ago',
  healthOutage: 'last outage: {{span}}, over for {{ago}}: {{cause}}. {{todo}}',
  healthMemory: 'memory: {{size}}',
  healthUpdates: 'updates waiting: {{n}}',
  healthUpdatesSince: 'updates waiting: {{n}}, the oldest for {{span}}',
  healthSessions: 'sessions: {{n}}',
  healthToSend: 'messages waiting to be sent: {{n}}',
} as const;
