import type { CreateFeature } from '../../app/model';
import { BUTTON, type HelpIntent } from '../../cards/buttons';
import { commands } from '../../chat/command';
import { helpCommands, type HealthIntent } from './commands';

/** `/help` explains ccbot, `/health` says how it is doing. */
export const help: CreateFeature = ({ world, sessions, agents, outbox }) => {
  const handlers = helpCommands({
    health: (words) => [
      ...world.health(words),
      words.health.sessions(sessions.live().length),
      words.health.toSend(outbox.depth()),
    ],
    agents: agents.all.map(({ kind }) => kind),
    facts: { lock: world.paths.lock, tmux: world.config.TMUX_SESSION_NAME },
    put: (view) => outbox.put(view),
  });
  return {
    name: 'help',
    commands: commands<HelpIntent | HealthIntent>({
      help: {
        slash: { names: ['help', 'start'], read: () => ({ do: 'help' }) },
        menu: (words) => words.menu.help,
        button: BUTTON.help,
        run: handlers.help,
      },
      health: {
        slash: { names: ['health'], read: () => ({ do: 'health' }) },
        menu: (words) => words.menu.health,
        run: handlers.health,
      },
    }),
  };
};
