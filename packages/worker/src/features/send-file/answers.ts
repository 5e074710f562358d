/** What `ccbot send-file` prints for the agent: always English, whatever the language of the chat. */
export const answers = {
  noSession:
    'this is not a session of ccbot (CCBOT_SESSION names no known session); only an agent in a session can send files',
  noChat: (chat: number) => `${chat} is not the chat of a user in ALLOWED_USERS`,
  missing: 'there is no such file',
  unreadable: (reason: string) => `it cannot be read or copied: ${reason}`,
  directory: 'it is a directory; pack it first, for example with tar czf',
  link: 'it is a symbolic link; send the file that it leads to, by its own path',
  moved: 'it was removed or replaced while it was read; send it again',
  own: "it is one of ccbot's own files, which are never sent",
  outside: (roots: readonly string[]) =>
    `it is outside ${roots.join(' and ')}; copy it there, or ask the user to add its directory to CCBOT_SEND_ROOTS`,
  empty: 'it is empty, and Telegram takes no empty files',
  tooLarge: (megabytes: number, most: number) =>
    `it has ${megabytes} MB and a bot may send ${most}; compress it, split it (split -b 45m), or send a part of it`,
  grows: (most: number) =>
    `it grew beyond the ${most} MB that a bot may send while it was copied; send a part of it`,
  held: 'it may hold credentials, so the user is asked first; it is sent when they confirm in the chat',
} as const;
