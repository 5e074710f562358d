/** What ccbot says about what a person sends: files, voice, changed messages, floods. Markdown. */
export const incoming = {
  strange: 'I cannot pass on a message of this kind ({{what}}). Send it as text or as a file.',
  editTooLate: 'The agent already has this message as it was. Write the change as a new message.',
  editUnknown: 'To change this message does nothing here. Write what you want as a new message.',
  nothingTyped: 'Nothing was typed.',
  restGoes: 'The rest goes to the agent without it.',
  fileTooBig:
    '{{name}} is larger than 20 MB, the most that Telegram gives to a bot. {{rest}} Send it in smaller parts, or bring it to the machine in another way and write where it is.',
  fileFailed: '{{name}} could not be fetched: {{reason}}. {{rest}} Send it again.',
  fileLate:
    '{{name}} is not here yet ({{reason}}). I go on trying; what you write to this session meanwhile waits behind it.',
  notMine: '{{path}} is not a directory of mine, so I write nothing there; remove it or move it away',
  fileDiskFull: 'the disk is full; make room',
  unwritable: 'it cannot be written: {{reason}}',
  sessionGone: 'Your message was not typed: {{name}} ended before it was ready.',
  voiceUntyped:
    'Your voice message goes to the agent as a file. To have it typed as text, install whisper.cpp, set {{settings}} in `.env`, and restart ccbot.',
  transcribing: 'Transcribing…',
  transcribingPercent: 'Transcribing… {{percent}} %',
  transcribed: 'You said:\n{{text}}',
  transcriptEmpty: 'I heard no words in your voice message. It goes to the agent as a file.',
  transcriptFailed:
    'Your voice message could not be transcribed ({{reason}}). It goes to the agent as a file.',
  flooded_one:
    'One of your messages was not handled: more than {{most}} came within a minute. The first of them: {{first}}. Send it again, or raise `CCBOT_MESSAGES_PER_MINUTE`.',
  flooded_other:
    '{{count}} of your messages were not handled: more than {{most}} came within a minute. The first of them: {{first}}. Send them again, or raise `CCBOT_MESSAGES_PER_MINUTE`.',
} as const;
