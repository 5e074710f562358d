import type { CreateFeature } from '../../app/model';
import { BUTTON, type LoginIntent } from '../../cards/buttons';
import { commands } from '../../chat/command';
import type { ChatView, Intent } from '../../chat/intents';
import { afterCommit } from '../../sessions/handlers/model';
import { cancelLoginButton } from './buttons';
import { loginCommands, type LoginIntents } from './commands';
import { createLoginService } from './service';

/** `/login`: an agent whose login has expired is logged in again from the phone. */
export const login: CreateFeature = (kernel) => {
  const service = createLoginService(kernel);
  const handlers = loginCommands(service);
  return {
    name: 'login',
    commands: commands<LoginIntents>({
      login: {
        slash: { names: ['login'], read: (_rest, view) => loginIntent(view) },
        menu: (words) => words.menu.login,
        button: BUTTON.login,
        run: handlers.login,
      },
      // A secret that the user gives to nobody else: it comes before whatever else waits for a text.
      'login-code': {
        run: handlers['login-code'],
        awaits: {
          takesSlash: false,
          carries: (chatId) => (service.logins.waits(chatId) ? {} : undefined),
        },
      },
      'login-cancel': { button: cancelLoginButton, run: handlers['login-cancel'] },
    }),
    effects: {
      login: afterCommit((session, { error }) => service.onLogin(session, error)),
    },
    stop: () => service.logins.stop(),
  };
};

function loginIntent({ sessions, active }: ChatView): Intent {
  const session = sessions.find(({ id }) => id === active)?.id;
  const intent: LoginIntent = { do: 'login', ...(session === undefined ? {} : { session }) };
  return intent;
}
