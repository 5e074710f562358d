import type { Words } from '../../words/words';
import type { Grammar } from '../command';
import type { MenuEntry } from './entries';

/** The order of ccbot's commands in the menu; a command that is not named here comes after them. */
const ORDER: readonly string[] = [
  'new',
  'sessions',
  'inbox',
  'allow',
  'stop',
  'screen',
  'done',
  'login',
  'kill',
  'archive',
  'adopt',
  'history',
  'export',
  'rename',
  'usage',
  'menu',
  'settings',
  'health',
  'help',
];

/** ccbot's own commands as the menu shows them: those that say something there. */
export function ownMenu({ commands }: Grammar, words: Words): MenuEntry[] {
  const entries = Object.values(commands).flatMap(({ slash, menu }) => {
    const [command] = slash?.names ?? [];
    return command === undefined || menu === undefined ? [] : [{ command, description: menu(words) }];
  });
  const rank = ({ command }: MenuEntry): number => {
    const index = ORDER.indexOf(command);
    return index < 0 ? ORDER.length : index;
  };
  return entries.sort((a, b) => rank(a) - rank(b));
}
