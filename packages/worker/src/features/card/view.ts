import { button } from '../../cards/button';
import { BUTTON } from '../../cards/buttons';
import { maskedLine } from '../../cards/clean';
import type { Button } from '../../cards/view';
import type { Words } from '../../words/words';

/** The most sessions that a list has buttons for: a message takes 100, and the footer below it has up to 24. */
export const LISTED_MAX = 70;

/** UTF-16 units of a name on a button. */
const NAME_MAX = 50;

/** A session of any machine, as the list shows it. */
export interface ListedSession {
  id: string;
  /** With its machine, where there are several. */
  name: string;
  /** The id of its agent. */
  agent: string;
  /** As in `Card`; a later version may have others. */
  phase: string;
  createdAt: number;
  /** Its machine is away. */
  isAway?: boolean;
}

/** A button for each session, oldest first, so that each keeps its place; of too many the newest. */
export function sessionButtons(
  sessions: readonly ListedSession[],
  active: string | undefined,
  titleOf: (agent: string) => string,
  words: Words,
): Button[][] {
  const hasSeveralAgents = new Set(sessions.map(({ agent }) => agent)).size > 1;
  return sessions.slice(-LISTED_MAX).map(({ id, name, agent, phase, isAway }) => {
    const label = [
      `${id === active ? '● ' : ''}${maskedLine(name, NAME_MAX)}`,
      ...(hasSeveralAgents ? [titleOf(agent)] : []),
      isAway === true ? words.machines.awayMark : phaseText(phase, words),
    ];
    return [button(BUTTON.switch, label.filter((part) => part !== '').join(' · '), { session: id })];
  });
}

function phaseText(phase: string, { card }: Words): string {
  const texts: Readonly<Record<string, string>> = card.phase;
  return Object.hasOwn(texts, phase) ? (texts[phase] ?? '') : '';
}
