import { commands, type CommandTable } from '../../chat/command';
import type { TextIntent } from '../../chat/intents';
import { browse, openBrowser, readWritten, type BrowserDeps } from './browser';
import { browseButton, type BrowseIntent } from './buttons';
import { routeNew, type BrowseNewIntent, type NewIntent } from './route';
import { startSession } from './starting';
import { newSessionWords } from './words/words';

export function newSessionCommands(deps: BrowserDeps): CommandTable {
  return commands<NewIntent | BrowseNewIntent | BrowseIntent | TextIntent<'browse-text'>>({
    new: {
      slash: { names: ['new'], read: routeNew },
      menu: (words) => words.of(newSessionWords).menu,
      usage(words, problem, [wanted = '', ...known]) {
        const text = words.of(newSessionWords);
        return problem === 'no-such-agent' ? text.noSuchAgent(wanted, known) : text.usage;
      },
      async run(conversation, { do: _, ...request }) {
        const id = conversation.inbound.updateId.toString(36);
        await startSession(deps.starting, conversation, { ...request, id });
      },
    },
    'browse-new': { run: (conversation) => openBrowser(deps, conversation) },
    browse: { button: browseButton, run: (conversation, intent) => browse(deps, conversation, intent) },
    'browse-text': {
      run: (conversation, intent) => readWritten(deps, conversation, intent),
      awaits: {
        takesSlash: true,
        carries: (chatId) => (deps.places.get(chatId)?.writing === undefined ? undefined : {}),
      },
    },
  });
}
