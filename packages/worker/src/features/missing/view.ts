import { button, withButtons } from '../../cards/button';
import { renderNotice } from '../../cards/render';
import type { Button, View } from '../../cards/view';
import type { Missing, Session } from '../../sessions/model';
import type { Words } from '../../words/words';
import { missingButton } from './buttons';
import { missingWords } from './words/words';

/** Asks what becomes of an agent that runs without a window. `isSought`: its terminal was looked for in vain. */
export function renderMissing(session: Session, missing: Missing, isSought: boolean, words: Words): View {
  const text = words.of(missingWords);
  const pids = missing.processes.map(({ pid }) => pid);
  const say = isSought ? text.notAdoptable : text.stillRunning;
  const choice = (label: string, action: 'leave' | 'end' | 'adopt'): Button =>
    button(missingButton, label, { session: session.id, pid: pids[0] ?? 0, action });
  return withButtons(renderNotice(say(session.name, pids)), [
    [choice(text.leave, 'leave'), choice(text.end, 'end'), choice(text.adopt, 'adopt')],
  ]);
}

export function renderLeft(session: Session, missing: Missing, words: Words): View {
  const pids = missing.processes.map(({ pid }) => pid);
  return renderNotice(words.of(missingWords).left(session.name, pids));
}
