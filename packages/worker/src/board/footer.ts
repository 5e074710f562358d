import { buttonData } from '../cards/button';
import { BUTTON } from '../cards/buttons';
import { inRows } from '../cards/button-rows';
import { maskedLine } from '../cards/clean';
import type { Button } from '../cards/view';
import type { BoardWords } from '../words/topics/board';

/** How many buttons stand side by side: three names can be read on a phone. */
const ACROSS = 3;

/** The most sessions that have a button; the older ones are in the list. */
const MOST = 23;

/** UTF-16 units of a name that fit on such a button. */
const NAME_MAX = 20;

/**
 * The buttons that choose the session a chat writes to: oldest first, so that each keeps its place and a new one comes
 * last; the active one is marked. None where there is nothing to choose.
 */
export function footerRows(
  sessions: readonly { id: string; name: string }[],
  active: string | undefined,
  words: Pick<BoardWords, 'all'>,
): Button[][] {
  const others = sessions.filter(({ id }) => id !== active);
  if (others.length === 0) return [];
  const shown = sessions.slice(-MOST);
  const buttons = shown.map(({ id, name }) => ({
    text: `${id === active ? '● ' : ''}${maskedLine(name, NAME_MAX)}`,
    data: buttonData(BUTTON.switch, { session: id }),
  }));
  const left = sessions.length - shown.length;
  if (left > 0) buttons.unshift({ text: words.all(sessions.length), data: buttonData(BUTTON.list, {}) });
  return inRows(buttons, ACROSS);
}
