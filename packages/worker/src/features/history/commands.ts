import { BUTTON, type HistoryIntent } from '../../cards/buttons';
import { commands, type CommandTable } from '../../chat/command';
import type { SessionIntent } from '../../chat/intents';
import { sessionSlash } from '../../chat/route';
import { exportButton } from './buttons';
import { exportTranscript } from './export';
import { showPage, type HistoryDeps } from './page';
import { historyWords } from './words/words';

export function historyCommands(deps: HistoryDeps): CommandTable {
  return commands<HistoryIntent | SessionIntent<'export'>>({
    history: {
      slash: sessionSlash(['history'], (session): HistoryIntent => ({ do: 'history', session, page: 0 })),
      menu: (words) => words.of(historyWords).menu,
      button: BUTTON.history,
      session: 'live-or-archived',
      run: (conversation, intent) => showPage(deps, conversation, intent),
    },
    export: {
      slash: sessionSlash(['export'], (session) => ({ do: 'export', session })),
      menu: (words) => words.of(historyWords).menuExport,
      button: exportButton,
      session: 'live-or-archived',
      run: (conversation, { session }) => exportTranscript(deps, conversation, session),
    },
  });
}
