import type { CreateFeature } from '../../app/model';
import { commands } from '../../chat/command';
import { refuse, type SessionIntent } from '../../chat/intents';
import { forSession } from '../../chat/route';
import { afterCommit } from '../../sessions/handlers/model';
import { uniqueName } from '../../sessions/unique-name';
import { askCommand } from './name-command';
import { createNaming } from './naming';

interface RenameIntent extends SessionIntent<'rename'> {
  readonly name: string;
}

const renameIntent = (session: string, name: string): RenameIntent => ({ do: 'rename', session, name });

/** Names sessions after their first words, and `/rename` gives them another name. */
export const naming: CreateFeature = ({ world, sessions }) => {
  const { config, env, log } = world;
  const command = config.CCBOT_NAME_COMMAND;
  const service = createNaming({
    registry: sessions,
    ...(command.length === 0 ? {} : { ask: askCommand({ command, env, log }) }),
  });
  return {
    name: 'naming',
    commands: commands<RenameIntent>({
      rename: {
        slash: {
          names: ['rename'],
          read: (rest, view) =>
            rest === ''
              ? refuse({ code: 'usage', of: 'rename', problem: 'no-name', values: [] })
              : forSession('', view, (session) => renameIntent(session, rest)),
        },
        usage: (words) => words.archive.renameUsage,
        menu: (words) => words.menu.rename,
        run({ say, words }, { session: id, name }) {
          const taken = sessions
            .live()
            .flatMap((other) => (other.id === id ? [] : [other.name.toLowerCase()]));
          const given = uniqueName(name, new Set(taken));
          sessions.rename(id, given);
          say(words.archive.renamed(given));
        },
      },
    }),
    effects: { name: afterCommit((session) => service.name(session)) },
    start: () => service.start(),
    stop: () => service.stop(),
  };
};
