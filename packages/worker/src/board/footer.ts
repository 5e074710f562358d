import { button } from '../cards/button';
import { inRows } from '../cards/button-rows';
import { BUTTON } from '../cards/buttons';
import { maskedLine } from '../cards/clean';
import type { Button } from '../cards/view';
import type { BoardWords } from '../words/topics/board';

/** How many buttons fit side by side: three names are readable on a phone. */
const COLUMNS = 3;

/** The most sessions with a button of their own; the older ones are in the list. */
const SESSIONS_MAX = 23;

/** UTF-16 units of a name that fit on such a button. */
const NAME_MAX = 20;

/**
 * The buttons that choose the session a chat writes to: oldest first, so that each keeps its place and a new one comes
 * last. The active one is marked. None if there is nothing to choose.
 */
export function footerRows(
  sessions: readonly { id: string; name: string }[],
  active: string | undefined,
  words: Pick<BoardWords, 'all'>,
): Button[][] {
  const others = sessions.filter(({ id }) => id !== active);
  if (others.length === 0) return [];
  const buttons = sessions.slice(-SESSIONS_MAX).map(({ id, name }) => {
    const label = maskedLine(name, NAME_MAX);
    return button(BUTTON.switch, id === active ? `● ${label}` : label, { session: id });
  });
  if (sessions.length > SESSIONS_MAX) buttons.unshift(button(BUTTON.list, words.all(sessions.length), {}));
  return inRows(buttons, COLUMNS);
}
