/** Messages from users. Markdown. */
export const incoming = {
  strange: 'ccbot cannot forward this kind of message ({{what}}). Send it as text or as a file.',
  editTooLate: 'The agent already has this message as it was. Send the change as a new message.',
  editUnknown: 'Editing this message has no effect. Send a new message instead.',
  nothingTyped: 'Nothing was sent to the agent.',
  restGoes: 'The rest is sent to the agent without it.',
  fileTooBig:
    '{{name}} is larger than {{mb}} MB, the limit for bots. {{rest}} Send it in smaller parts, or copy it to the machine in another way and write where it is.',
  fileFailed: '{{name}} could not be downloaded: {{reason}}. {{rest}} Send it again.',
  fileLate:
    '{{name}} is not downloaded yet ({{reason}}). ccbot keeps trying, and your next messages to this session wait for it.',
  localAbsent:
    'your Bot API server has it at {{path}}, and this machine has no such file. If the server runs in a container, set `TELEGRAM_LOCAL_FILES` to its directory on this machine',
  localUnreadable:
    "your Bot API server has it at {{path}}, and ccbot may not read it. Run both as the same user, or let ccbot's user read that directory",
  localNotTrusted:
    'the server names the file {{path}}, which is not in the directory of a Bot API server on this machine. If it is your own server, set `TELEGRAM_LOCAL_FILES` to its directory',
  notMine: '{{path}} was not made by ccbot, so nothing is written there; delete it or move it away',
  fileDiskFull: 'the disk is full; free some space',
  unwritable: 'the file cannot be written: {{reason}}',
  sessionGone: 'Your message was not sent: {{name}} ended before it was ready.',
  notTyped:
    'Nothing was typed into {{name}}, because what is typed there runs, and not all of this message is text you wrote yourself.',
  notTypedFiles: 'Its files are here: {{paths}}',
  notTypedTodo: 'Send your own words as a plain message, or save this one as a file.',
  saveAsFile: 'Save as a file',
  savedAs: 'Saved as {{path}} for a day. Nothing was typed.',
  notSaved: 'This message was not saved: {{reason}}. Nothing was typed.',
  saveGone: 'This message is no longer stored. Forward it again.',
  voiceUntyped:
    'Your voice message is sent to the agent as a file. To send it as text, install whisper.cpp, set {{settings}} in `.env`, and restart ccbot.',
  transcribing: 'Transcribing…',
  transcribingPercent: 'Transcribing… {{percent}} %',
  transcribed: 'You said:\n{{text}}',
  transcriptEmpty: 'No words were recognized in your voice message. It is sent to the agent as a file.',
  transcriptFailed:
    'Your voice message could not be transcribed ({{reason}}). It is sent to the agent as a file.',
  flooded_one:
    'One of your messages was not handled, because more than {{most}} arrived within a minute: {{first}}. Send it again, or raise `CCBOT_MESSAGES_PER_MINUTE`.',
  flooded_other:
    '{{count}} of your messages were not handled, because more than {{most}} arrived within a minute. The first: {{first}}. Send them again, or raise `CCBOT_MESSAGES_PER_MINUTE`.',
} as const;
