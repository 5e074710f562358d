import { commands, type CommandTable, type Conversation } from '../../chat/command';
import type { KeepIntent, TextIntent } from '../../chat/intents';
import { isAllOwn } from '../../inbox/own-text';
import { askMachine, startOn, type AskingDeps } from './asking';
import { browse, openBrowser, readWritten, type BrowserDeps } from './browser';
import {
  browseButton,
  discardButton,
  startOnButton,
  type BrowseIntent,
  type DiscardKeptIntent,
  type StartOnIntent,
} from './buttons';
import { discardKept, keep } from './keeping';
import {
  routeNew,
  type AskMachineIntent,
  type BrowseNewIntent,
  type NewFields,
  type NewIntent,
} from './route';
import { startSession } from './starting';
import { newSessionWords } from './words/words';

type NewSessionIntent =
  | NewIntent
  | BrowseNewIntent
  | BrowseIntent
  | TextIntent<'browse-text'>
  | KeepIntent
  | DiscardKeptIntent;

/** `machines`: where another machine may start a session. */
export function newSessionCommands(deps: BrowserDeps, machines?: AskingDeps): CommandTable {
  return {
    ...commands<NewSessionIntent>({
      new: {
        slash: { names: ['new'], read: routeNew },
        menu: (words) => words.of(newSessionWords).menu,
        usage(words, problem, [wanted = '', ...known]) {
          const text = words.of(newSessionWords);
          switch (problem) {
            case 'no-such-agent':
              return text.noSuchAgent(wanted, known);
            case 'no-such-machine':
              return text.noSuchMachine(wanted, known);
            default:
              return text.usage;
          }
        },
        async run(conversation, { do: _, host: _host, ...request }) {
          if (!isOwnLine(conversation, request)) return;
          const id = conversation.inbound.updateId.toString(36);
          await startSession(deps.starting, conversation, { ...request, id });
        },
      },
      'browse-new': { run: (conversation) => openBrowser(deps, conversation) },
      keep: { run: (conversation, intent) => keep(deps, machines, conversation, intent) },
      'discard-kept': { button: discardButton, run: (conversation) => discardKept(deps, conversation) },
      browse: { button: browseButton, run: (conversation, intent) => browse(deps, conversation, intent) },
      'browse-text': {
        run: (conversation, intent) => readWritten(deps, conversation, intent),
        awaits: {
          takesSlash: true,
          carries: (chatId) => (deps.places.get(chatId)?.writing === undefined ? undefined : {}),
        },
      },
    }),
    ...(machines === undefined ? {} : machineCommands(deps, machines)),
  };
}

/** The choice of a machine for a session. */
function machineCommands(deps: BrowserDeps, machines: AskingDeps): CommandTable {
  return commands<AskMachineIntent | StartOnIntent>({
    'ask-machine': {
      run(conversation, { fields }) {
        if (isOwnLine(conversation, fields ?? {})) askMachine(machines, conversation, fields);
      },
    },
    'start-on': {
      button: startOnButton,
      run: (conversation, intent) => startOn(deps, machines, conversation, intent),
    },
  });
}

/** A command line runs. What others wrote, or another bot, must not be one; the user is told. */
function isOwnLine({ inbound, say, words }: Conversation, { line }: NewFields): boolean {
  const isFine = line === undefined || isAllOwn(inbound);
  if (!isFine) say(words.of(newSessionWords).lineNotOwn);
  return isFine;
}
