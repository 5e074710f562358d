import { BUTTON, type ArchiveIntent, type RestoreLostIntent } from '../../cards/buttons';
import { commands, type CommandTable } from '../../chat/command';
import type { SessionIntent } from '../../chat/intents';
import { sessionSlash } from '../../chat/route';
import type { Archiving } from './archiving';
import { archivedButton, forgetButton } from './buttons';
import { forget, showList, showSession, type ArchiveListDeps } from './list';
import { restore, restoreLost, type RestoringDeps } from './restoring';
import { archiveWords } from './words/words';

export interface ArchiveCommandDeps {
  archiving: Archiving;
  list: ArchiveListDeps;
  restoring: RestoringDeps;
}

type ArchiveIntents =
  | SessionIntent<'done'>
  | ArchiveIntent
  | SessionIntent<'archived'>
  | SessionIntent<'restore'>
  | RestoreLostIntent
  | (SessionIntent<'forget'> & { readonly sure: boolean });

const FIRST_PAGE: ArchiveIntent = { do: 'archive', page: 0 };

export function archiveCommands({ archiving, list, restoring }: ArchiveCommandDeps): CommandTable {
  return commands<ArchiveIntents>({
    done: {
      slash: sessionSlash(['done'], (session) => ({ do: 'done', session })),
      menu: (words) => words.of(archiveWords).menuDone,
      async run({ ack }, { session }) {
        ack();
        await archiving.archive(session, 'done');
      },
    },
    archive: {
      slash: { names: ['archive'], read: () => FIRST_PAGE },
      menu: (words) => words.of(archiveWords).menu,
      button: BUTTON.archive,
      run: (conversation, intent) => showList(list, conversation, intent),
    },
    archived: {
      session: 'live-or-archived',
      button: archivedButton,
      run: (conversation, { session }) => showSession(list, conversation, session),
    },
    restore: {
      session: 'live-or-archived',
      button: BUTTON.restore,
      run: (conversation, { session }) => restore(restoring, conversation, session),
    },
    'restore-lost': {
      button: BUTTON.restoreLost,
      run: (conversation, intent) => restoreLost(restoring, conversation, intent),
    },
    forget: {
      session: 'live-or-archived',
      button: forgetButton,
      run: (conversation, intent) => forget(list, conversation, intent),
    },
  });
}
