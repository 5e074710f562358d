import { button, withButtons } from '../../cards/button';
import { renderNotice } from '../../cards/render';
import type { Button, View } from '../../cards/view';
import type { Words } from '../../words/words';
import { adoptButton, closeStrayButton } from './buttons';
import type { FoundStray } from './stray-windows';
import { adoptWords } from './words/words';

/** Offers to adopt a stray, or to close it if it is in ccbot's own tmux session. */
export function renderOffer(found: FoundStray, words: Words): View {
  const text = words.of(adoptWords);
  const { id, dead, ours } = found.stray;
  const row: Button[] = [];
  if (!dead) row.push(button(adoptButton, text.adopt, { stray: id }));
  if (ours) row.push(button(closeStrayButton, text.close, { stray: id, sure: false }));
  return withButtons(renderNotice(offerText(found, words)), [row]);
}

function offerText({ stray, agent, live }: FoundStray, words: Words): string {
  const text = words.of(adoptWords);
  const { tmuxSession, window, command, cwd, dead } = stray;
  if (dead) return text.deadWindow(tmuxSession, window);
  return agent === undefined || live === undefined
    ? text.windowWithoutAgent(tmuxSession, window, command, cwd)
    : text.agentAtTerminal(agent.title, tmuxSession, window, live.cwd);
}
