/** The help, a page a section. Markdown. */
export const help = {
  intro:
    '**ccbot** types what you write into a coding agent in your terminal and shows you here what it does.\n\nBegin with /new. ccbot’s own commands are in the menu of this chat. Everything else goes to the agent as you wrote it, its own slash commands too. What do you want to read about?',
  first: '🚀 First steps',
  firstText:
    '**First steps**\n\n1. `/new` asks for a directory and starts an agent there; `/new name /path/to/project` does it at once.\n2. Write what you want done. On your message you see where it is: 👀 typed, 👌 the agent has it, ✍ it is in the agent’s queue behind the running turn, 😴 it waits.\n3. A card shows what the agent does; its answer comes as a message of its own.\n4. /stop interrupts it, /screen shows its terminal with keys.\n\n/settings: language, notifications, how the card looks. At the desk, `tmux attach -t {{tmux}}` shows the same sessions.',
  agents: 'The agents:\n{{list}}',
  sessions: '🗂 Sessions',
  sessionsText:
    '**Sessions**\n\n- /sessions: all of them, and which one you write to; `/switch name` changes it\n- `/new [@agent] [name] [path]`: one more\n- `/rename name`: call it otherwise\n- /done and `/kill [name]`: end one; it goes to the archive\n- /archive: what ended, to look at and to go on with\n- /adopt: agents that you started by hand in tmux, to go on with from here\n- /history: what happened in it, page by page; /export: all of it, as a file\n- `/handover @agent [name]`: have another agent go on with it\n- /usage: what the agents have used, and their limits\n- /health: how ccbot is doing',
  asks: '✋ What agents ask',
  asksText:
    '**What agents ask**\n\nWhen an agent wants a permission, has a question or a plan, a message with buttons comes. One tap answers it; “and say why” takes your next message along. /inbox shows all that waits for you.\n\n/allow lets the agent do what it asks for, for a while or until it is done; questions and plans still come to you, and each use is in the log. /login logs an agent in again.',
  files: '📎 Files',
  filesText:
    '**Files**\n\nSend photos, files and voice messages: they are put beside the project and the agent is told where. More than 20 MB a bot does not get from Telegram.\n\nAn agent sends you a file with `ccbot send-file`; one that may hold credentials is asked about first. Credentials in answers are masked; a button shows them.',
  tips: '💡 Tips',
  tipsText:
    '**Tips**\n\n- One instance: a single-instance lock guards this bot. It is the file {{lock}}; a second start with the same directory refuses, says who holds the lock, and ends with exit code 1. It cannot be left behind: it goes with the process that holds it.\n- The hooks heal themselves: SessionStart and UserPromptSubmit both update `session_map.json`, so a missed or damaged entry is right again with the next prompt.\n- `ccbot doctor` at the terminal looks at everything and says what to do.\n- A message you edit before it is typed is typed as edited.\n- With // in front of a command, such as `//help`, the agent gets it even if ccbot has one of that name.',
  back: '‹ Help',
} as const;
