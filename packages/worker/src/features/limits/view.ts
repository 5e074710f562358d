import { buttonData } from '../../cards/button';
import { resumeButton } from './buttons';
import { renderNotice } from '../../cards/render';
import type { Button, View } from '../../cards/view';
import type { LimitWords } from '../../words/topics/limits';
import { limitKey, type Limited, type Session } from '../../sessions/model';
import { keys, type OutboxKey } from '../../outbox/keys';

/**
 * The messages about a limit that a session ran into, by their outbox keys: one that tells of it and asks whether the
 * session shall go on at the reset, and a new one at the reset, which makes a sound. What is decided has no buttons.
 */
export function limitViews(
  session: Session,
  limited: Limited,
  state: 'waits' | 'resumed' | 'over',
  now: number,
  words: LimitWords,
): [OutboxKey, View][] {
  const { id, name } = session;
  const key = limitKey(session, limited);
  const button = (text: string, when: 'reset' | 'now' | 'never'): Button => ({
    text,
    data: buttonData(resumeButton, { session: id, when }),
  });
  const what = words.limited(name, limited.window, limited.resetsAt, now);
  switch (state) {
    case 'waits': {
      if (limited.resetsAt === undefined) return [[key, viewOf(what, [button(words.resumeNow, 'now')])]];
      const when = words.when(limited.resetsAt, now);
      const choice = limited.resume
        ? [button(words.resumeNot, 'never')]
        : [button(words.resumeAt(when), 'reset')];
      const text = limited.resume ? `${what} ${words.resumesAt(when)}` : `${what} ${words.resumeAsk}`;
      return [[key, viewOf(text, [...choice, button(words.resumeNow, 'now')])]];
    }
    case 'over':
      return [
        [key, viewOf(what, [])],
        [keys.limitedOver(id, limited.at), viewOf(words.limitOver(name), [button(words.resumeNow, 'now')])],
      ];
    case 'resumed': {
      const views: [OutboxKey, View][] = [[key, viewOf(`${what} ${words.goesOn}`, [])]];
      if (limited.over)
        views.push([
          keys.limitedOver(id, limited.at),
          viewOf(`${words.limitOver(name)} ${words.goesOn}`, []),
        ]);
      return views;
    }
  }
}

function viewOf(text: string, buttons: Button[]): View {
  const { parts } = renderNotice(text);
  if (buttons.length === 0) return { parts };
  return { parts: parts.map((part, i) => (i === parts.length - 1 ? { ...part, buttons: [buttons] } : part)) };
}
