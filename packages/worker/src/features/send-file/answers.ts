/** What `ccbot send-file` prints for the agent: always English, whatever the language of the chat. */
export const answers = {
  noSession:
    'this is not a session of ccbot (CCBOT_SESSION names no known session); only an agent in a session can send files',
  noChat: (chat: number) => `${chat} is not the chat of a user in ALLOWED_USERS`,
  notCopied: (reason: string) => `it could not be copied: ${reason}`,
  held: 'it may hold credentials, so the user is asked first; it is sent when they confirm in the chat',
} as const;
