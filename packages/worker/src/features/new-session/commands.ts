import { commands, type CommandTable } from '../../chat/command';
import type { KeepIntent, TextIntent } from '../../chat/intents';
import { isAllOwn } from '../../inbox/own-text';
import { browse, openBrowser, readWritten, type BrowserDeps } from './browser';
import { browseButton, discardButton, type BrowseIntent, type DiscardKeptIntent } from './buttons';
import { discardKept, keep } from './keeping';
import { routeNew, type BrowseNewIntent, type NewIntent } from './route';
import { startSession } from './starting';
import { newSessionWords } from './words/words';

type NewSessionIntent =
  NewIntent | BrowseNewIntent | BrowseIntent | TextIntent<'browse-text'> | KeepIntent | DiscardKeptIntent;

export function newSessionCommands(deps: BrowserDeps): CommandTable {
  return commands<NewSessionIntent>({
    new: {
      slash: { names: ['new'], read: routeNew },
      menu: (words) => words.of(newSessionWords).menu,
      usage(words, problem, [wanted = '', ...known]) {
        const text = words.of(newSessionWords);
        return problem === 'no-such-agent' ? text.noSuchAgent(wanted, known) : text.usage;
      },
      async run(conversation, { do: _, ...request }) {
        const { inbound, say, words } = conversation;
        // A command line runs. What others wrote, or another bot, must not be one.
        if (request.line !== undefined && !isAllOwn(inbound))
          return say(words.of(newSessionWords).lineNotOwn);
        const id = inbound.updateId.toString(36);
        await startSession(deps.starting, conversation, { ...request, id });
      },
    },
    'browse-new': { run: (conversation) => openBrowser(deps, conversation) },
    keep: { run: (conversation, intent) => keep(deps, conversation, intent) },
    'discard-kept': { button: discardButton, run: (conversation) => discardKept(deps, conversation) },
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
