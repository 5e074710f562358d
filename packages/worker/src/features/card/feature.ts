import type { CreateFeature } from '../../app/model';
import { BUTTON } from '../../cards/buttons';
import { commands } from '../../chat/command';
import type { Intent } from '../../chat/intents';
import { sessionSlash } from '../../chat/route';
import { cardCommands, type CardIntents } from './commands';
import { sessionList } from './list';

interface ListIntent extends Intent {
  readonly do: 'list';
}

/** `/sessions` and `/switch` choose a session; the buttons of its card turn its past, clear it and unfold more. */
export const card: CreateFeature = (kernel) => {
  const { world, sessions, agents, active, chooser, board, prompts, outbox } = kernel;
  const handlers = cardCommands({
    registry: sessions,
    board,
    agentOf: (session) => agents.of(session),
    authors: prompts.authors,
    active: { set: (chatId, session) => chooser.choose(chatId, session) },
    keyOf: (chatId, message) => outbox.messageOf(chatId, message)?.key,
    prompts: prompts.queue,
    delivery: prompts.delivery,
    now: () => world.now(),
  });
  return {
    name: 'card',
    commands: commands<CardIntents | ListIntent>({
      list: {
        slash: { names: ['sessions'], read: () => ({ do: 'list' }) },
        menu: (words) => words.menu.sessions,
        button: BUTTON.list,
        run({ chatId, say, ack, words }) {
          ack();
          const live = sessions.live();
          if (live.length === 0) return say(words.noSessions);
          const titleOf = (agent: string): string => agents.titleOf(agent);
          say(words.chooseSession, sessionList(live, active.get(chatId), titleOf, words));
        },
      },
      switch: {
        slash: sessionSlash(['switch'], (session) => ({ do: 'switch', session })),
        button: BUTTON.switch,
        run: handlers.switch,
      },
      page: { button: BUTTON.page, run: handlers.page },
      more: { button: BUTTON.more, run: handlers.more },
      clear: { button: BUTTON.clear, run: handlers.clear },
    }),
  };
};
