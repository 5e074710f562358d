import { reasonOf } from '@ccbot/shared/faults/fault';
import { renderNotice } from '../cards/render';
import type { View } from '../cards/view';
import type { QueuedView } from '../outbox/model';
import { buttonData } from '../chat/buttons';
import type { Words, WordsOf } from '../words/words';
import type { Board } from '../board/board';
import { isLive, limitKey, screenKey, type Session } from './model';
import type { SessionEffect, SessionInput } from './machine/input';
import { step } from './machine/step';
import { limitViews } from '../features/limits/view';

/** Where sessions are kept; one transaction holds a session's state and what it wants to be seen. */
export interface SessionStore {
  tx<T>(work: () => T): T;
  all(): { id: string; body: string }[];
  put(id: string, body: string): void;
  remove(id: string): void;
}

/** What the registry is given. */
export interface RegistryDeps {
  wordsOf: WordsOf;
  store: SessionStore;
  /** Puts a wish into the outbox; part of the caller's transaction. */
  put(wanted: QueuedView): void;
  /** What chats see of a session's turns; part of the caller's transaction. */
  board: Pick<Board, 'show' | 'begin' | 'finish' | 'hide' | 'stir' | 'watchers' | 'chats'>;
  /** Sessions came, went, or have other names; told after the commit. */
  onChanged?(): void;
  now(): number;
  log(level: 'info' | 'warn' | 'error', text: string, meta?: Record<string, unknown>): void;
}

/** An effect that follows the commit, with the session it belongs to. */
export type LateEffect = Extract<
  SessionEffect,
  {
    do:
      | 'watch'
      | 'follow'
      | 'discover'
      | 'deliver'
      | 'release'
      | 'name'
      | 'agents'
      | 'draft'
      | 'alarm'
      | 'resume'
      | 'account'
      | 'dismiss'
      | 'login'
      | 'show-screen'
      | 'hide-screen';
  }
>;

/** The only writer of sessions. */
export interface Registry {
  get(id: string): Session | undefined;
  /** Oldest first. */
  all(): Session[];
  live(): Session[];
  add(session: Session): void;
  /** Gives a session another name. */
  rename(id: string, name: string): void;
  /** Forgets archived sessions; their transcripts are the agents' and stay. Live ones are left alone. */
  forget(ids: readonly string[]): void;
  /**
   * Runs inputs through the session machine and commits the new state, what is to be seen of it, and `also`,
   * in one transaction; then tells the listener what is to be done. Throws what the store throws; the state is
   * then unchanged and the same inputs may be dispatched again.
   */
  dispatch(id: string, inputs: readonly SessionInput[], also?: () => void): void;
  /** Hears every effect that follows a commit. */
  onEffect(listener: (session: Session, effect: LateEffect) => void): void;
}

/** Loads the sessions from the store. A body that does not parse is logged and left where it is. */
export function createRegistry(deps: RegistryDeps): Registry {
  const sessions = new Map<string, Session>();
  const listeners: ((session: Session, effect: LateEffect) => void)[] = [];

  for (const row of deps.store.all()) {
    try {
      sessions.set(row.id, JSON.parse(row.body) as Session);
    } catch (error) {
      deps.log('error', 'a stored session cannot be read', { session: row.id, error: String(error) });
    }
  }

  /** Writes what is to be seen of one input; `shows`: the live card of the state at its end is worth a look, `minor`: but that may wait. */
  function write(session: Session, effects: readonly SessionEffect[], shows: boolean, minor = false): void {
    /** Whoever may have been shown it then: what is not there needs no call. */
    const gone = (key: string, chats = deps.board.chats): void =>
      chats.forEach((chatId) => deps.put({ chatId, key, view: { parts: [] }, class: 'card' }));
    /** To all who have to do with it, each in their language. */
    const notice = (key: string, view: (words: Words) => View): void => {
      for (const chatId of deps.board.watchers(session))
        deps.put({ chatId, key, session: session.id, view: view(deps.wordsOf(chatId)), class: 'notice' });
    };
    const tell = (name: string, text: (words: Words) => string): void =>
      notice(`${name}:${session.id}:${deps.now()}`, (words) => renderNotice(text(words)));
    for (const effect of effects) {
      switch (effect.do) {
        case 'show':
          if (shows && isLive(session)) deps.board.show(session, minor);
          break;
        case 'begin':
          deps.board.begin(session);
          break;
        case 'finish':
          deps.board.finish(session);
          break;
        case 'hide':
          deps.board.hide(session);
          break;
        case 'retire':
          gone(effect.key);
          break;
        case 'hide-screen':
          gone(screenKey(session), effect.in === undefined ? undefined : [effect.in]);
          break;
        case 'tell-died': {
          const screen = effect.screen.join('\n').trim();
          tell('died', (words) => {
            const status = words.exitStatus(effect.exitStatus);
            if (session.surface === 'screen')
              return words.agents.commandEnded(session.name, session.line ?? '', status, screen);
            return (effect.atOnce ? words.diedAtOnce : words.died)(session.name, status, screen);
          });
          break;
        }
        case 'tell-closed':
          tell('closed', (words) => words.closedAtDesk(session.name));
          break;
        case 'tell-left':
          tell('left', (words) => words.adopt.agentGone(session.name));
          break;
        case 'tell-limited': {
          const { limited, state } = effect;
          const watchers = deps.board.watchers(session);
          for (const chatId of watchers) {
            const views = limitViews(session, limited, state, deps.now(), deps.wordsOf(chatId));
            for (const [of, view] of views)
              deps.put({ chatId, key: of, session: session.id, view, class: 'notice' });
          }
          // Whoever was told, and has nothing to do with it any more, keeps no button of it.
          const others = deps.board.chats.filter((chatId) => !watchers.includes(chatId));
          const key = limitKey(session, limited);
          for (const told of [key, ...(state === 'resumed' ? [`${key}:over`] : [])]) gone(told, others);
          break;
        }
        case 'tell-killed':
          tell('killed', (words) => words.killed(session.name));
          break;
        case 'tell-archived':
          tell('archived', (words) => words.archive.archived[effect.why](session.name));
          break;
        default:
          break;
      }
    }
  }

  /** What is committed is not undone by a listener that fails: the caller would bring the same inputs again. */
  function heard(listener: (typeof listeners)[number], session: Session, effect: LateEffect): void {
    try {
      listener(session, effect);
    } catch (error) {
      const meta = { session: session.id, effect: effect.do, reason: reasonOf(error) };
      deps.log('error', 'what follows a change of a session failed', meta);
    }
  }

  const sorted = (): Session[] => [...sessions.values()].sort((a, b) => a.createdAt - b.createdAt);

  return {
    get: (id) => sessions.get(id),
    all: sorted,
    live: () => sorted().filter(isLive),
    add(session) {
      deps.store.tx(() => deps.store.put(session.id, JSON.stringify(session)));
      sessions.set(session.id, session);
      deps.onChanged?.();
    },
    rename(id, name) {
      const session = sessions.get(id);
      if (session === undefined) return;
      const { unnamed, ...named } = session;
      void unnamed; // it has a name of its own now
      const next: Session = { ...named, name, card: { ...session.card, name } };
      deps.store.tx(() => {
        deps.store.put(id, JSON.stringify(next));
        if (next.card.phase === 'working') write(next, [{ do: 'show' }], true);
      });
      sessions.set(id, next);
      deps.onChanged?.();
    },
    forget(ids) {
      const over = ids.filter((id) => sessions.has(id) && !isLive(sessions.get(id) as Session));
      deps.store.tx(() => over.forEach((id) => deps.store.remove(id)));
      for (const id of over) sessions.delete(id);
    },
    dispatch(id, inputs, also) {
      const before = sessions.get(id);
      if (before === undefined) {
        if (also !== undefined) deps.store.tx(also);
        return;
      }
      let session = before;
      // What is to be seen of an input is made from the state it led to: a later one may be another turn's.
      const stages: { session: Session; effects: SessionEffect[] }[] = [];
      for (const input of inputs) {
        const [next, effects] = step(session, input);
        session = next;
        if (effects.length > 0) stages.push({ session, effects });
      }
      const effects = stages.flatMap((stage) => stage.effects);
      if (session !== before || effects.length > 0 || also !== undefined) {
        // Of several states of the live card only the last one is worth a look, and none before the finished one.
        const lastShow = stages.findLastIndex((stage) => stage.effects.some((e) => e.do === 'show'));
        const lastFinish = stages.findLastIndex((stage) => stage.effects.some((e) => e.do === 'finish'));
        const minor = effects.every((effect) => effect.do !== 'show' || effect.minor === true);
        deps.store.tx(() => {
          if (session !== before) deps.store.put(id, JSON.stringify(session));
          stages.forEach((stage, i) =>
            write(stage.session, stage.effects, i === lastShow && i >= lastFinish, minor),
          );
          if (session.phase !== before.phase) deps.board.stir(session);
          also?.();
        });
      }
      sessions.set(id, session);
      if (isLive(session) !== isLive(before)) deps.onChanged?.();
      for (const effect of effects) {
        switch (effect.do) {
          case 'watch':
          case 'follow':
          case 'discover':
          case 'deliver':
          case 'release':
          case 'agents':
          case 'draft':
          case 'login':
          case 'show-screen':
          case 'hide-screen':
          case 'alarm':
          case 'resume':
          case 'account':
          case 'dismiss':
          case 'name':
            for (const listener of listeners) heard(listener, session, effect);
            break;
          default:
            break; // written above, with the state
        }
      }
    },
    onEffect(listener) {
      listeners.push(listener);
    },
  };
}

/** A row of buttons that decide about a prompt nobody knows the fate of. */
export function uncertainButtons(
  prompt: number,
  words: Pick<Words, 'sendAgain' | 'drop'>,
): { text: string; data: string }[] {
  return [
    { text: words.sendAgain, data: buttonData({ do: 'retype', prompt }) },
    { text: words.drop, data: buttonData({ do: 'drop', prompt }) },
  ];
}
