import type { Words } from '../../words/words';
import type { Logins, LoginTarget } from '../../login/logins';
import type { Handlers } from '../command';

/** What logging in from the phone needs. */
export interface LoginCommandDeps {
  logins: Pick<Logins, 'begin' | 'code' | 'cancel'>;
  /** Whose login is meant: of a session's agent, or of the one that new sessions get; or words that say why there is none. */
  target(session: string | undefined, words: Words): Promise<LoginTarget | string>;
}

/** The commands about the login of an agent. */
export function loginCommands(deps: LoginCommandDeps): Handlers<'login' | 'login-code' | 'login-cancel'> {
  return {
    async login({ chatId, say, ack, words }, { session }) {
      ack();
      const target = await deps.target(session, words);
      if (typeof target === 'string') say(target);
      else await deps.logins.begin(chatId, target);
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
