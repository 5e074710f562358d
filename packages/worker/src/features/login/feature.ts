import type { CreateFeature } from '../../app/model';
import { afterCommit } from '../../sessions/handlers/model';
import { loginCommands } from './commands';
import { createDeadLogins } from './dead-logins';
import { deleteCodeMessage } from './delete-code';
import { createLogins } from './logins';
import { createLoginPrograms } from './program';
import { createDeadLoginStore, createLoginStore } from './store';

/** `/login`: an agent whose login has expired is logged in again from the phone. */
export const login: CreateFeature = (kernel) => {
  const { world, people, board, outbox, settings, agents, sessions } = kernel;
  const { api, log } = world;
  const deadLogins = createDeadLogins({
    world,
    agents,
    board,
    people,
    outbox,
    store: createDeadLoginStore(settings, log),
  });
  const logins = createLogins({
    world,
    people,
    outbox,
    programs: createLoginPrograms(world),
    store: createLoginStore(settings, log),
    events: {
      codeReceived(chatId, message) {
        // Not awaited: the retries must not hold up the login.
        void deleteCodeMessage({ api, people, outbox, log }, chatId, message);
      },
      loggedIn(chatId, { agent, session }) {
        deadLogins.resolve(agent, chatId);
        if (session !== undefined) sessions.dispatch(session, [{ type: 'card.asked', at: world.now() }]);
      },
    },
  });
  return {
    name: 'login',
    commands: loginCommands({ world, agents, sessions, logins, deadLogins }),
    effects: {
      login: afterCommit((session, { error }) => deadLogins.turnEnded(session, error)),
    },
    start: () => logins.start(),
    stop: () => logins.stop(),
  };
};
