import { button } from '../../cards/button';
import { BUTTON } from '../../cards/buttons';
import type { Button } from '../../cards/view';
import type { Session } from '../../sessions/model';
import type { Words } from '../../words/words';

/** A button for each session, oldest first, so that each keeps its place. */
export function sessionButtons(
  sessions: readonly Session[],
  active: string | undefined,
  titleOf: (agent: string) => string,
  words: Words,
): Button[][] {
  const hasSeveralAgents = new Set(sessions.map(({ agent }) => agent)).size > 1;
  return sessions.map((session) => {
    const label = [
      `${session.id === active ? '● ' : ''}${session.name}`,
      ...(hasSeveralAgents ? [titleOf(session.agent)] : []),
      words.card.phase[session.card.phase],
    ].join(' · ');
    return [button(BUTTON.switch, label, { session: session.id })];
  });
}
