import { button, withButtons } from '../../cards/button';
import { renderNotice } from '../../cards/render';
import type { Button, View } from '../../cards/view';
import { keys, type OutboxKey } from '../../outbox/keys';
import { limitKey, type Limited, type Session } from '../../sessions/model';
import { resumeButton, type ResumeWhen } from './buttons';
import type { LimitWords } from './words/words';

/**
 * The messages about a limit that a session ran into, by their outbox keys: one that reports it and asks whether the
 * session should continue at the reset, and a new one at the reset, with a sound. A decided message has no buttons.
 */
export function limitViews(
  session: Session,
  limited: Limited,
  state: 'waits' | 'resumed' | 'over',
  now: number,
  words: LimitWords,
): [OutboxKey, View][] {
  const { id, name } = session;
  const limitedKey = limitKey(session, limited);
  const overKey = keys.limitedOver(id, limited.at);
  const text = words.limited(name, limited.window, limited.resetsAt, now);
  switch (state) {
    case 'waits':
      return [[limitedKey, waitingView(id, limited, text, now, words)]];
    case 'over':
      return [
        [limitedKey, renderNotice(text)],
        [overKey, noticeWith(words.limitOver(name), [continueNow(id, words)])],
      ];
    case 'resumed': {
      const resumed: [OutboxKey, View] = [limitedKey, renderNotice(`${text} ${words.continues}`)];
      if (!limited.over) return [resumed];
      return [resumed, [overKey, renderNotice(`${words.limitOver(name)} ${words.continues}`)]];
    }
  }
}

/** A limit that has not reset yet. */
function waitingView(
  session: string,
  { resetsAt, resume }: Limited,
  text: string,
  now: number,
  words: LimitWords,
): View {
  const nowButton = continueNow(session, words);
  if (resetsAt === undefined) return noticeWith(`${text} ${words.waitsForYou}`, [nowButton]);
  const choice = (label: string, when: ResumeWhen): Button => button(resumeButton, label, { session, when });
  return resume
    ? noticeWith(`${text} ${words.continuesAt(resetsAt, now)}`, [
        choice(words.doNotContinue, 'never'),
        nowButton,
      ])
    : noticeWith(`${text} ${words.waitsForYou}`, [
        choice(words.continueAt(resetsAt, now), 'reset'),
        nowButton,
      ]);
}

const continueNow = (session: string, words: LimitWords): Button =>
  button(resumeButton, words.continueNow, { session, when: 'now' });

const noticeWith = (text: string, row: Button[]): View => withButtons(renderNotice(text), [row]);
