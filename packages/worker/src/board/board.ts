import { renderPush, renderSilence } from '../cards/push';
import { renderFinished } from '../cards/render';
import type { QueuedView } from '../outbox/model';
import type { Board, BoardDeps, Page } from './model';
import { panelKey, panelLines, SILENT_MS, silentSince } from './background';
import { respondersOf, watchersOf, activeChatsOf } from './watchers';
import { cardView, type Shown } from './card-view';

import { without, type Kept } from './card-state';
import { isAtWork, isLive, turnKey, type Session } from '../sessions/model';
import { noticeOn, type NoticeKind } from './notices';
import { keys, type OutboxKey } from '../outbox/keys';

/** A card that was shown anew within this time, ms, tells the time well enough. */
const FRESH_MS = 2_000;

/** Makes the board over what is on disk. */
export function createBoard(deps: BoardDeps): Board {
  const { settings, chats, now } = deps;
  const pages = new Map<number, Page>();
  const panelKeys = new Map<string, string>();
  /** Silences that were told, by session. */
  const told = new Map<string, number>();
  /** When each chat's card was last drawn with something to tell, ms since the epoch. */
  const drawn = new Map<number, number>();
  const scope = (chatId: number): string => `chat:${chatId}`;
  const writesTo = (chatId: number): string | undefined => settings.get(scope(chatId), 'active');
  const read = (chatId: number): Kept =>
    JSON.parse(settings.get(scope(chatId), 'card') ?? '{"n":0,"up":false}') as Kept;
  const write = (chatId: number, kept: Kept): void =>
    settings.set(scope(chatId), 'card', JSON.stringify(kept));
  const keyOf = ({ n }: Kept): OutboxKey => keys.card(n);
  const active = (chatId: number): Session | undefined =>
    deps.live().find(({ id }) => id === writesTo(chatId));
  const watching = (session: Session): number[] => activeChatsOf(session, { chats, writesTo });
  /** The message of this chat that began the session's turn. */
  const replyTo = (session: Session, chatId: number): { replyTo?: number } =>
    session.replyTo !== undefined && (session.by ?? session.chatId) === chatId
      ? { replyTo: session.replyTo }
      : {};
  /** Who wrote the turn's prompt, where that was somebody else. */
  const byOther = (session: Session, chatId: number): { by?: string } =>
    session.by === undefined || session.by === chatId ? {} : { by: deps.nameOf(session.by) };

  /** The live sessions; one that is just being changed as it will be. */
  const liveWith = (changed?: Session): Session[] =>
    deps
      .live()
      .map((session) => (session.id === changed?.id ? changed : session))
      .filter(isLive);

  /** `changed`: the session that is just being changed; `minor`: this may wait. */
  function draw(
    chatId: number,
    session: Session,
    before: Kept,
    { changed = session, minor = false }: { changed?: Session | undefined; minor?: boolean } = {},
  ): void {
    let kept: Kept = { ...before, up: true, session: session.id };
    if (before.session !== session.id) kept = without(kept);
    if (kept.stale === true) {
      if (before.up) take(chatId, kept);
      const { stale, ...fresh } = kept;
      void stale;
      kept = { ...fresh, n: kept.n + 1 };
    }
    const same = JSON.stringify(kept) === JSON.stringify(before);
    if (!same) write(chatId, kept);
    const light = minor && same; // a card that comes anew is looked for
    if (!light) drawn.set(chatId, now());
    const page = kept.page === undefined ? undefined : pages.get(chatId);
    if (kept.page !== undefined && page?.rich === undefined) return;
    const words = deps.wordsOf(chatId);
    const shown: Shown = {
      ...byOther(session, chatId),
      lines: panelLines(liveWith(changed), session.id, deps.asks, now()),
      panelMax: deps.panelMax,
      drafted: deps.drafts(chatId),
      look: deps.lookOf(chatId),
      clears: deps.clears(session),
      more: kept.more === true,
      ...(page === undefined ? {} : { page }),
    };
    const view = cardView(session, shown, words, now());
    deps.put({
      ...{ chatId, key: keyOf(kept), session: session.id, view, class: 'card', silent: true },
      ...replyTo(session, chatId),
      ...(light ? { minor: true } : {}),
    });
  }

  const take = (chatId: number, kept: Kept): void =>
    deps.put({ chatId, key: keyOf(kept), view: { parts: [] }, class: 'card' });

  function lower(chatId: number): void {
    const kept = read(chatId);
    if (!kept.up) return;
    take(chatId, kept);
    // What comes next is another message, below: the one that goes must not be changed into it.
    write(chatId, { n: kept.n + 1, up: false });
  }

  /** Draws the chat's card again where it is, for something that is not of its session. */
  function redraw(chatId: number, changed?: Session): void {
    const kept = read(chatId);
    const session = kept.up ? active(chatId) : undefined;
    if (session !== undefined && session.id === kept.session)
      draw(chatId, session, kept, { changed, minor: true });
  }

  function tellTime(chatId: number): void {
    const age = now() - (drawn.get(chatId) ?? -Infinity);
    if (age >= 0 && age < FRESH_MS) return;
    const session = active(chatId);
    if (session !== undefined && isAtWork(session)) draw(chatId, session, read(chatId), { minor: true });
    else redraw(chatId);
  }

  /** The panels that tell of a session, when they have something else to tell. */
  function panels(session: Session): void {
    const key = panelKey(session, deps.asks(session), now());
    if (panelKeys.get(session.id) === key) return;
    panelKeys.set(session.id, key);
    for (const chatId of chats) if (writesTo(chatId) !== session.id) redraw(chatId, session);
  }

  function push(
    session: Session,
    chatId: number,
    kind: NoticeKind,
    key: OutboxKey,
    view: QueuedView['view'],
  ): void {
    if (!noticeOn(kind, (name) => settings.get(scope(chatId), name))) return;
    deps.put({ chatId, key, session: session.id, view, class: 'notice' });
  }

  /** Whether the turn is one that this chat asked for beside its own session, by answering a message. */
  const isAside = (session: Session, chatId: number): boolean =>
    session.by === chatId && settings.get(`session:${session.id}`, 'aside') === String(session.card.turn);

  const watchers = (session: Session): number[] => watchersOf(session, { chats, writesTo });

  return {
    show(session, minor = false) {
      for (const chatId of watching(session)) draw(chatId, session, read(chatId), { minor });
      panels(session);
    },
    begin(session) {
      const { by } = session;
      if (by !== undefined && writesTo(by) !== session.id)
        settings.set(`session:${session.id}`, 'aside', String(session.card.turn));
      for (const chatId of watching(session)) {
        const kept = read(chatId);
        write(chatId, { ...without(kept), ...(kept.up && by === chatId ? { stale: true } : {}) });
      }
    },
    finish(session) {
      const { card } = session;
      for (const chatId of watchers(session)) {
        if (writesTo(chatId) === session.id || isAside(session, chatId)) {
          const view = renderFinished(
            card,
            deps.wordsOf(chatId).card,
            deps.lookOf(chatId),
            byOther(session, chatId).by,
          );
          const key = turnKey(session);
          deps.put({
            ...{ chatId, key, session: session.id, view, class: 'answer' },
            ...replyTo(session, chatId),
          });
        } else if (card.outcome !== 'interrupted') {
          const kind = card.outcome === 'failed' ? 'failed' : 'finished';
          push(
            session,
            chatId,
            kind,
            keys.push(session.id, card.turn),
            renderPush(card, deps.wordsOf(chatId)),
          );
        }
      }
      for (const chatId of watching(session)) {
        if (read(chatId).page !== undefined) continue; // the person is reading on it
        lower(chatId);
        // While others work there is something to watch.
        const others = deps.live().some((other) => other.id !== session.id && isAtWork(other));
        if (others && isLive(session)) draw(chatId, session, read(chatId));
      }
      panels(session);
    },
    hide(session) {
      for (const chatId of watching(session)) lower(chatId);
      panels(session);
    },
    stir: panels,
    beat() {
      for (const session of deps.live()) {
        const since = silentSince(session, now());
        if (since === null || deps.asks(session) || told.get(session.id) === since) continue;
        told.set(session.id, since);
        for (const chatId of watchers(session)) {
          if (writesTo(chatId) === session.id) continue;
          const view = renderSilence(session.card, SILENT_MS / 60_000, deps.wordsOf(chatId));
          push(session, chatId, 'silent', keys.silent(session.id, since), view);
        }
      }
      chats.forEach(tellTime);
    },
    spoken(chatId) {
      const kept = read(chatId);
      if (kept.up && kept.stale !== true) write(chatId, { ...kept, stale: true });
    },
    open(chatId, there) {
      const session = active(chatId);
      if (session === undefined) return;
      const kept = without(read(chatId));
      draw(chatId, session, there || !kept.up ? kept : { ...kept, stale: true });
    },
    turn(chatId, page) {
      const session = active(chatId);
      const kept = read(chatId);
      if (session === undefined || kept.session !== session.id) return;
      if (page === undefined) pages.delete(chatId);
      else pages.set(chatId, page);
      const { at, part } = page ?? {};
      const turned = without(kept, true);
      draw(
        chatId,
        session,
        at === undefined || part === undefined ? turned : { ...turned, page: { at, part } },
      );
    },
    more(chatId, on) {
      const session = active(chatId);
      const { more, ...kept } = read(chatId);
      void more;
      if (session !== undefined) draw(chatId, session, on ? { ...kept, more: true } : kept);
    },
    key: (chatId) => keyOf(read(chatId)),
    watchers,
    responders: (session) => respondersOf(session, { chats, writesTo }),
    chats,
    watched: (id) => chats.some((chatId) => writesTo(chatId) === id),
    active,
  };
}
