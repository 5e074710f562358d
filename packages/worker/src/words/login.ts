import { code } from './en';

/** What ccbot says about the login of an agent. Markdown. */
export const loginWords = {
  dead: (agent: string, session: string) =>
    `The login of ${agent} is no longer valid, so ${code(session)} cannot work. Log in from here, or at the desk.`,
  logIn: '🔑 Log in',
  starting: (agent: string) => `Starting the login of ${agent} …`,
  link: (agent: string, link: string) =>
    `Open this link, log in to ${agent}, and send me the code it shows as your **next message**. I delete that message.\n\n<${link}>`,
  cancel: 'Cancel',
  again: '🔑 Try again',
  checking: (agent: string) => `${agent} checks the code …`,
  asksAgain: (agent: string, why: string) =>
    `${agent} did not take the code${why === '' ? '' : `: ${code(why)}`}. Send it once more, all of it.`,
  notErased: 'I could not delete your message with the code. Please delete it yourself.',
  notACode:
    'I wait for the code of the login, and that is none. Send the code, or cancel the login to write to the agent.',
  gone: 'That login is over, so I deleted your message and gave the code to nobody. Begin again with /login.',
  cancelled: (agent: string) => `The login of ${agent} was cancelled.`,
  timedOut: (agent: string, minutes: number) =>
    `The login of ${agent} was given up after ${minutes} minutes without a code.`,
  failed: (agent: string, why: string) =>
    `The login of ${agent} failed${why === '' ? '' : `: ${code(why)}`}.`,
  done: (agent: string, until: string) =>
    `${agent} is logged in${until === '' ? '' : `, until ${until}`}. Write again what it could not do.`,
  none: (agent: string) =>
    `${agent} has no login that ccbot could run. Use /screen and log in with the keys.`,
  noProgram: (command: string) =>
    `The command ${code(command)} was not found, so there is nothing to log in.`,
} as const;
