import { BUTTON } from '../../cards/buttons';
import { commands, type CommandTable } from '../../chat/command';
import type { SessionIntent } from '../../chat/intents';
import { sessionSlash } from '../../chat/route';
import type { Registry } from '../../sessions/registry';
import { hideButton, keyButton, refreshButton, type KeyIntent } from './buttons';
import type { ScreenKeys } from './keys';
import { screenWords } from './words/words';

type ScreenIntents = KeyIntent | SessionIntent<'screen'> | SessionIntent<'refresh'> | SessionIntent<'hide'>;

export function screenCommands(
  registry: Pick<Registry, 'dispatch'>,
  keys: ScreenKeys,
  now: () => number,
): CommandTable {
  const ask = (session: string, by: number, isNew: boolean): void =>
    registry.dispatch(session, [{ type: 'screen.asked', at: now(), isNew, by }]);
  return commands<ScreenIntents>({
    screen: {
      slash: sessionSlash(['screen', 'screenshot'], (session) => ({ do: 'screen', session })),
      menu: (words) => words.of(screenWords).menu,
      button: BUTTON.screen,
      run({ chatId, ack }, { session }) {
        ack();
        ask(session, chatId, true);
      },
    },
    key: {
      button: keyButton,
      whenOld: (conversation, { session }) => keys.goneText(conversation, session),
      run: (conversation, intent) => keys.press(conversation, intent),
    },
    refresh: {
      button: refreshButton,
      run({ chatId, ack }, { session }) {
        ack();
        ask(session, chatId, false);
      },
    },
    hide: {
      button: hideButton,
      run({ chatId, ack }, { session }) {
        ack();
        registry.dispatch(session, [{ type: 'screen.closed', at: now(), by: chatId }]);
      },
    },
  });
}
