import { BUTTON, type MoreIntent, type PageIntent } from '../../cards/buttons';
import { commands, type CommandTable } from '../../chat/command';
import type { Intent, SessionIntent } from '../../chat/intents';
import { sessionSlash } from '../../chat/route';
import { clear, type ClearDeps, type ClearIntent } from './clear';
import { listSessions, type ListDeps } from './list';
import { chooseSession, showMore, turnPage, type ShowingDeps } from './showing';
import { cardCommandWords } from './words/words';

export interface CardCommandDeps {
  list: ListDeps;
  showing: ShowingDeps;
  clearing: ClearDeps;
}

interface ListIntent extends Intent {
  readonly do: 'list';
}

type CardIntents = ListIntent | SessionIntent<'switch'> | PageIntent | MoreIntent | ClearIntent;

export function cardCommands({ list, showing, clearing }: CardCommandDeps): CommandTable {
  return commands<CardIntents>({
    list: {
      slash: { names: ['sessions'], read: () => ({ do: 'list' }) },
      menu: (words) => words.of(cardCommandWords).menu,
      button: BUTTON.list,
      run: (conversation) => listSessions(list, conversation),
    },
    switch: {
      slash: sessionSlash(['switch'], (session) => ({ do: 'switch', session }), 'live-anywhere'),
      button: BUTTON.switch,
      session: 'live-anywhere',
      run: (conversation, { session }) => chooseSession(showing, conversation, session),
    },
    page: {
      button: BUTTON.page,
      run: (conversation, intent) => turnPage(showing, conversation, intent),
    },
    more: {
      button: BUTTON.more,
      run: (conversation, intent) => showMore(showing, conversation, intent),
    },
    clear: {
      button: BUTTON.clear,
      run: (conversation, intent) => clear(clearing, conversation, intent),
    },
  });
}
