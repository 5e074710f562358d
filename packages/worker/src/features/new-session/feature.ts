import type { CreateFeature } from '../../app/model';
import { commands } from '../../chat/command';
import type { TextIntent } from '../../chat/intents';
import { browseCommands } from './browse-commands';
import { browseButton, type BrowseIntent } from './buttons';
import { startSession } from './commands';
import { readPlace } from './place';
import { routeNew, type BrowseNewIntent, type NewIntent } from './route';

type BrowseTextIntent = TextIntent<'browse-text'>;

/** `/new` starts a session, with a directory browser where nothing follows it. */
export const newSession: CreateFeature = (kernel) => {
  const { world, sessions, lifecycle, chooser, settings, outbox } = kernel;
  const starting = {
    lifecycle,
    chooser,
    warnings: ({ noTmux }: { noTmux: string }) => (world.panes.kind === 'pty' ? [noTmux] : []),
  };
  const kept = {
    get: (chatId: number) => settings.get(`chat:${chatId}`, 'browse'),
    set: (chatId: number, value: string) => settings.set(`chat:${chatId}`, 'browse', value),
  };
  const browse = browseCommands({
    registry: sessions,
    begin: (conversation, request) => startSession(starting, conversation, request),
    restore: (id) => lifecycle.restore(id),
    installed: () => lifecycle.installed(),
    earlier: (agent, cwd) => lifecycle.earlier(agent, cwd),
    runningIn: (agent, session) => lifecycle.runningIn(agent, session),
    active: { set: (chatId, session) => chooser.open(chatId, session) },
    kept,
    put: (view) => outbox.put(view),
    home: world.home,
    defaultDirectory: world.cwd,
    now: () => world.now(),
  });
  return {
    name: 'new-session',
    commands: commands<NewIntent | BrowseNewIntent | BrowseIntent | BrowseTextIntent>({
      new: {
        slash: { names: ['new'], read: routeNew },
        menu: (words) => words.menu.new,
        usage: (words, problem, [named = '', ...known]) =>
          problem === 'no-such-agent' ? words.agents.noSuchAgent(named, known) : words.newUsage,
        async run(conversation, { do: _, ...request }) {
          const id = conversation.inbound.updateId.toString(36);
          await startSession(starting, conversation, { ...request, id });
        },
      },
      'browse-new': { run: browse['browse-new'] },
      browse: { button: browseButton, run: browse.browse },
      'browse-text': {
        run: browse['browse-text'],
        awaits: {
          takesSlash: true,
          carries: (chatId) => (readPlace(kept.get(chatId))?.writing === undefined ? undefined : {}),
        },
      },
    }),
  };
};
