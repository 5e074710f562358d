import type { CreateFeature } from '../../app/model';
import { BUTTON, type HistoryIntent } from '../../cards/buttons';
import { commands } from '../../chat/command';
import { sessionSlash } from '../../chat/route';
import { exportButton } from './buttons';
import { historyCommands, type ExportIntent } from './commands';

/** `/history` shows what happened in a session page by page, `/export` sends all of it as a file. */
export const history: CreateFeature = ({ sessions, agents, prompts, settings, outbox }) => {
  const handlers = historyCommands({
    registry: sessions,
    agentOf: (session) => agents.of(session),
    titleOf: (agent) => agents.titleOf(agent),
    authors: prompts.authors,
    kept: {
      get: (chatId) => settings.get(`chat:${chatId}`, 'history'),
      set: (chatId, value) => settings.set(`chat:${chatId}`, 'history', value),
    },
    put: (view) => outbox.put(view),
    atWork: (chatId) => outbox.hint('sendChatAction', { chat_id: chatId, action: 'upload_document' }),
  });
  return {
    name: 'history',
    commands: commands<HistoryIntent | ExportIntent>({
      history: {
        slash: sessionSlash(['history'], (session): HistoryIntent => ({ do: 'history', session, page: 0 })),
        menu: (words) => words.menu.history,
        button: BUTTON.history,
        session: 'live-or-archived',
        run: handlers.history,
      },
      export: {
        slash: sessionSlash(['export'], (session) => ({ do: 'export', session })),
        menu: (words) => words.menu.export,
        button: exportButton,
        session: 'live-or-archived',
        run: handlers.export,
      },
    }),
  };
};
