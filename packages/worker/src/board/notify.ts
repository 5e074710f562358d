import { renderPush, renderSilence } from '../cards/push';
import { renderFinished } from '../cards/render';
import type { View } from '../cards/view';
import { keys, type OutboxKey } from '../outbox/keys';
import { turnKey, type Session } from '../sessions/model';
import { SILENT_MS, silentSince } from './background';
import { otherAuthor, replyTo } from './draw';
import { noticeOn, type NoticeKind } from './notices';
import type { BoardState } from './state';
import { watchersOf } from './watchers';

/** Sends a finished turn: in full to the chats that wait for it, as a short notice to the other watchers. */
export function notifyFinished(state: BoardState, session: Session): void {
  const { sessions, people, roster, outbox } = state;
  const { card } = session;
  for (const chatId of watchersOf(session, roster)) {
    // The user may have switched since the answer was shown.
    const hasAnswer = outbox.has(chatId, turnKey(session));
    if (hasAnswer || sessions.writesTo(chatId) === session.id || isAside(state, session, chatId)) {
      putAnswer(state, session, chatId);
    } else if (card.outcome !== 'interrupted') {
      const kind = card.outcome === 'failed' ? 'failed' : 'finished';
      const key = keys.push(session.id, card.turn);
      putNotice(state, session, chatId, { kind, key, view: renderPush(card, people.wordsOf(chatId)) });
    }
  }
}

/** Whether the chat asked for the turn while it wrote to another session, by replying to a message. */
function isAside({ cards }: BoardState, { id, by, card }: Session, chatId: number): boolean {
  return by === chatId && cards.asideTurn(id) === card.turn;
}

function putAnswer({ people, outbox }: BoardState, session: Session, chatId: number): void {
  const author = otherAuthor(people, session, chatId);
  const view = renderFinished(session.card, people.wordsOf(chatId).card, people.lookOf(chatId), author);
  outbox.put({
    chatId,
    key: turnKey(session),
    thread: 'session',
    session: session.id,
    view,
    class: 'answer',
    ...replyTo(session, chatId),
  });
}

/** Tells the other watchers of each silent session, once for each silence. */
export function notifySilent(state: BoardState): void {
  const { sessions, people, roster, reportedSilence, now } = state;
  for (const session of sessions.live()) {
    const since = silentSince(session, now());
    if (since === null || sessions.isWaiting(session) || reportedSilence.get(session.id) === since) continue;
    reportedSilence.set(session.id, since);
    for (const chatId of watchersOf(session, roster)) {
      if (sessions.writesTo(chatId) === session.id) continue;
      const view = renderSilence(session.card, SILENT_MS / 60_000, people.wordsOf(chatId));
      putNotice(state, session, chatId, { kind: 'silent', key: keys.silent(session.id, since), view });
    }
  }
}

/** Sends a short notice to a chat that wants this kind. */
function putNotice(
  { settings, outbox }: BoardState,
  session: Session,
  chatId: number,
  { kind, key, view }: { kind: NoticeKind; key: OutboxKey; view: View },
): void {
  if (!noticeOn(kind, (name) => settings.get(`chat:${chatId}`, name))) return;
  outbox.put({ chatId, thread: 'session', key, session: session.id, view, class: 'notice' });
}
