import type { AgentCatalog } from '../../agents/catalog';
import type { World } from '../../app/model';
import { button } from '../../cards/button';
import { BUTTON, type LoginIntent } from '../../cards/buttons';
import { commands, type CommandTable, type Conversation } from '../../chat/command';
import type { ChatView, Intent, TextIntent } from '../../chat/intents';
import type { Registry } from '../../sessions/registry';
import { cancelLoginButton } from './buttons';
import type { DeadLogins } from './dead-logins';
import type { Logins } from './logins';
import { findLoginTarget } from './target';
import { loginWords } from './words/words';

export interface LoginCommandDeps {
  world: Pick<World, 'config' | 'env'>;
  agents: AgentCatalog;
  sessions: Pick<Registry, 'get'>;
  logins: Logins;
  deadLogins: DeadLogins;
}

type CodeIntent = TextIntent<'login-code'>;
interface CancelLoginIntent extends Intent {
  readonly do: 'login-cancel';
}

export function loginCommands(deps: LoginCommandDeps): CommandTable {
  const { logins } = deps;
  return commands<LoginIntent | CodeIntent | CancelLoginIntent>({
    login: {
      slash: { names: ['login'], read: (_rest, view) => loginIntent(view) },
      menu: (words) => words.of(loginWords).menu,
      button: BUTTON.login,
      run: (conversation, intent) => logIn(deps, conversation, intent),
    },
    // A secret for nobody else: it comes before whatever else waits for a text.
    'login-code': {
      run({ inbound, chatId }, { text }) {
        if (inbound.kind === 'text') logins.takeCode(chatId, inbound.messageId, text);
      },
      awaits: {
        takesSlash: false,
        carries: (chatId) => (logins.awaitsCode(chatId) ? {} : undefined),
      },
    },
    'login-cancel': {
      button: cancelLoginButton,
      run({ chatId, ack, words }) {
        ack(words.of(loginWords).cancel);
        logins.cancel(chatId);
      },
    },
  });
}

/** Logs in the agent of the active session. */
function loginIntent({ sessions, active }: ChatView): LoginIntent {
  const session = sessions.find(({ id }) => id === active)?.id;
  return { do: 'login', ...(session === undefined ? {} : { session }) };
}

/** Starts a login; asks first if that would discard a login that works. */
async function logIn(deps: LoginCommandDeps, conversation: Conversation, intent: LoginIntent): Promise<void> {
  const { logins, deadLogins } = deps;
  const { chatId, say, ack } = conversation;
  const words = conversation.words.of(loginWords);
  const { session, sure } = intent;
  ack();
  const target = await findLoginTarget(deps, session);
  if ('reason' in target)
    return say(target.reason === 'no-login' ? words.noLogin(target.title) : words.noProgram(target.program));
  const asksFirst =
    sure !== true && !deadLogins.isDead(target.agent) && (await logins.discardsWorkingLogin(target));
  if (!asksFirst) return logins.begin(chatId, target);
  const confirm = { ...(session === undefined ? {} : { session }), sure: true as const };
  say(words.discards(target.title), [[button(BUTTON.login, words.discardsYes, confirm)]]);
}
