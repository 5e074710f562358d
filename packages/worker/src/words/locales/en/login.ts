/** What ccbot says about the login of an agent. Markdown. */
export const login = {
  dead: 'The login of {{agent}} is no longer valid, so {{session}} cannot work. Log in from here, or at the desk.',
  logIn: '🔑 Log in',
  starting: 'Starting the login of {{agent}} …',
  link: 'Open this link, log in to {{agent}}, and send me the code it shows as your **next message**. I delete that message.\n\n<{{link}}>',
  device:
    'Open this link, log in to {{agent}}, and enter this code there: {{code}}\n\n<{{link}}>\n\nIt is good for 15 minutes; I tell you here when it is done.',
  loses:
    '{{agent}} is logged in. A new login logs it out at once, also for sessions at work: they wait until you have finished it.',
  losesYes: '🔑 Log in anew',
  lost: 'The login of {{agent}} ended, as ccbot was restarted meanwhile. Begin again.',
  cancel: 'Cancel',
  again: '🔑 Try again',
  checking: '{{agent}} checks the code …',
  asksAgain: '{{agent}} did not take the code. Send it once more, all of it.',
  asksAgainWhy: '{{agent}} did not take the code: {{why}}. Send it once more, all of it.',
  notErased: 'I could not delete your message with the code. Please delete it yourself.',
  notACode:
    'I wait for the code of the login, and that is none. Send the code, or cancel the login to write to the agent.',
  gone: 'That login is over, so I deleted your message and gave the code to nobody. Begin again with /login.',
  takenOver: 'The login of {{agent}} goes on in the chat of {{name}}, who began it anew.',
  works: 'It works again.',
  doneBy: '{{agent}} is logged in again, by {{name}}.',
  cancelled: 'The login of {{agent}} was cancelled.',
  timedOut_one: 'The login of {{agent}} was given up after {{count}} minute without a code.',
  timedOut_other: 'The login of {{agent}} was given up after {{count}} minutes without a code.',
  failed: 'The login of {{agent}} failed.',
  failedWhy: 'The login of {{agent}} failed: {{why}}.',
  done: '{{agent}} is logged in. Write again what it could not do.',
  doneUntil: '{{agent}} is logged in, until {{until}}. Write again what it could not do.',
  none: '{{agent}} has no login that ccbot could run. Use /screen and log in with the keys.',
  noProgram: 'The command {{command}} was not found, so there is nothing to log in.',
} as const;
