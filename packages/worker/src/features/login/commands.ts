import { buttonData } from '../../cards/button';
import { BUTTON, type LoginIntent } from '../../cards/buttons';
import type { Intent, TextIntent } from '../../chat/intents';
import type { Logins, LoginTarget } from './logins';
import type { Words } from '../../words/words';
import type { Handlers } from '../../chat/command';

/** Logging an agent in from the phone: begin, the code of the login page, never mind. */
export type LoginIntents = LoginIntent | TextIntent<'login-code'> | CancelLoginIntent;

interface CancelLoginIntent extends Intent {
  readonly do: 'login-cancel';
}

/** What logging in from the phone needs. */
export interface LoginCommandDeps {
  logins: Pick<Logins, 'begin' | 'code' | 'cancel'>;
  /** Whose login is meant: of a session's agent, or of the one that new sessions get; or words that say why there is none. */
  target(session: string | undefined, words: Words): Promise<LoginTarget | string>;
  /** Whether it would throw away a login that works, so that the person is asked whether to begin. */
  asksFirst(target: LoginTarget): Promise<boolean>;
}

/** The commands about the login of an agent. */
export function loginCommands(deps: LoginCommandDeps): Handlers<LoginIntents> {
  return {
    async login({ chatId, say, ack, words }, { session, sure }) {
      ack();
      const target = await deps.target(session, words);
      if (typeof target === 'string') return say(target);
      if (sure === true || !(await deps.asksFirst(target))) return deps.logins.begin(chatId, target);
      const begin = buttonData(BUTTON.login, { ...(session === undefined ? {} : { session }), sure: true });
      say(words.login.loses(target.title), [[{ text: words.login.losesYes, data: begin }]]);
    },
    'login-code'({ inbound, chatId }, { text }) {
      if (inbound.kind === 'text') deps.logins.code(chatId, inbound.messageId, text);
    },
    'login-cancel'({ chatId, ack, words }) {
      ack(words.login.cancel);
      deps.logins.cancel(chatId);
    },
  };
}
