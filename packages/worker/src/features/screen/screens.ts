import { reasonOf } from '@ccbot/shared/faults/fault';
import { renderNotice } from '../../cards/render';
import type { View } from '../../cards/view';
import type { QueuedView } from '../../outbox/model';
import { PanesError, type Capture, type Panes } from '../../terminal/panes';
import type { WordsOf } from '../../words/words';
import { isLive, screenKey, type Session } from '../../sessions/model';
import { pictureView, screenView } from './view';
import type { OutboxKey } from '../../outbox/keys';

/** Draws captured screens. Rejects with an error whose message says why there is no picture. */
export interface ScreenPainter {
  paint(capture: Capture): Promise<Uint8Array>;
}

/** What showing screens needs. */
export interface ScreensDeps {
  wordsOf: WordsOf;
  /** Whether a chat wants screens as pictures; else they come as text. */
  pictures(chatId: number): boolean;
  panes: Pick<Panes, 'capture' | 'screen'>;
  painter: ScreenPainter;
  session(id: string): Session | undefined;
  /** The chats that a dialog of the session is put before. */
  responders(session: Session): readonly number[];
  /** Whether the dialog on a session's screen is put before the person in a better way: then no picture is offered. */
  answeredElsewhere(id: string): boolean;
  put(wanted: QueuedView): void;
  now(): number;
  log(level: 'info' | 'warn' | 'error', text: string, meta?: Record<string, unknown>): void;
}

/** How long a dialog has to be up before its picture is offered, ms: one that a hook puts before the person needs none. */
export const OFFER_MS = 700;

/** The least time between two pictures that nobody asked for, ms: something on the screen may move all the time. */
export const REFRESH_MS = 1_500;

/** Screens in the chats, one message a session and chat, kept up to date while it is there. */
export interface Screens {
  /** Shows the session's screen as it is now. `asked`: at once, as the person waits for it; else as time allows. */
  show(session: Session, asked: boolean): void;
  /** The message has gone; `chatId`: only from this chat. */
  hide(id: string, chatId?: number): void;
  /** Resolves when nothing is being drawn. */
  idle(): Promise<void>;
  stop(): void;
}

interface Shown {
  key: OutboxKey;
  /** What is on the messages: the lines of the capture; absent: nothing yet. */
  lines?: string;
  /** The chats that have these lines, and those whose person closed it. */
  seenIn: Set<number>;
  closedIn: Set<number>;
  at: number;
  timer?: NodeJS.Timeout;
  drawing?: Promise<void>;
  /** Asked for once more while it is drawn; true: by the person. */
  again?: boolean;
}

/** Makes the screens; none is shown. */
export function createScreens(deps: ScreensDeps): Screens {
  const all = new Map<string, Shown>();
  let stopped = false;

  function show(session: Session, asked: boolean): void {
    if (stopped) return;
    const { id } = session;
    const key = screenKey(session);
    let mine = all.get(id);
    if (mine?.key !== key) {
      if (mine !== undefined) hide(id);
      all.set(id, (mine = { key, at: deps.now(), seenIn: new Set(), closedIn: new Set() }));
    }
    for (const chatId of session.screenIn ?? []) mine.closedIn.delete(chatId);
    if (asked) return draw(id, mine, true);
    const pause = mine.lines === undefined ? OFFER_MS : REFRESH_MS;
    // Never longer than that, even when the clock was set back meanwhile.
    const wait = Math.min(pause, mine.at + pause - deps.now());
    if (wait <= 0) return draw(id, mine, false);
    const shown = mine;
    mine.timer ??= setTimeout(() => draw(id, shown, false), wait);
  }

  function draw(id: string, mine: Shown, asked: boolean): void {
    clearTimeout(mine.timer);
    delete mine.timer;
    if (mine.drawing !== undefined) {
      mine.again = asked || mine.again === true;
      return;
    }
    mine.drawing = drawOnce(id, mine, asked)
      .catch((error: unknown) =>
        deps.log('error', 'a screen could not be shown', { session: id, error: String(error) }),
      )
      .finally(() => {
        delete mine.drawing;
        const { again } = mine;
        delete mine.again;
        if (again !== undefined && isCurrent(id, mine)) draw(id, mine, again);
      });
  }

  const isCurrent = (id: string, mine: Shown): boolean => !stopped && all.get(id) === mine;

  async function drawOnce(id: string, mine: Shown, asked: boolean): Promise<void> {
    const session = deps.session(id);
    if (session === undefined || !isLive(session) || !isCurrent(id, mine)) return;
    if (!asked && mine.lines === undefined && deps.answeredElsewhere(id)) return;
    const chats = chatsOf(session, mine);
    const put = (chatId: number, view: View, silent: boolean): void =>
      deps.put({
        ...{ chatId, key: mine.key, session: id, view, class: 'ask' },
        ...(silent ? { silent } : {}),
      });
    try {
      const [capture, screen] = await Promise.all([deps.panes.capture(id), deps.panes.screen(id)]);
      const { lines, cursor } = capture;
      const seen = JSON.stringify([lines, cursor]);
      if (seen !== mine.lines) mine.seenIn.clear();
      const missing = chats.filter((chatId) => !mine.seenIn.has(chatId));
      if (missing.length === 0 || !isCurrent(id, mine)) return;
      const picture = missing.some((chatId) => deps.pictures(chatId))
        ? await deps.painter.paint(capture).catch((error: unknown) => reasonOf(error))
        : null;
      if (!isCurrent(id, mine)) return;
      mine.lines = seen;
      mine.at = deps.now();
      for (const chatId of missing) {
        if (mine.closedIn.has(chatId)) continue; // closed while it was drawn
        mine.seenIn.add(chatId);
        const words = deps.wordsOf(chatId);
        const drawn = deps.pictures(chatId) ? picture : null;
        const view =
          drawn === null || typeof drawn === 'string'
            ? screenView(session, screen, drawn, words)
            : pictureView(session, drawn, screen, words);
        put(chatId, view, asked && session.screenIn?.includes(chatId) !== false);
      }
    } catch (error) {
      if (!(error instanceof PanesError)) throw error;
      // Its window went; people hear of it by its own event, and here only who waits for a screen.
      if (!asked) return;
      for (const chatId of chats) {
        const failed = deps.wordsOf(chatId).screenFailed(session.name, error.message);
        put(chatId, renderNotice(failed), false);
      }
    }
  }

  /** Who is shown it: who asked for it, and of a dialog that nothing better is shown of, whoever may answer it. */
  function chatsOf(session: Session, { closedIn }: Shown): number[] {
    const { screenIn = [], phase } = session;
    const dialog = phase === 'dialog' && !deps.answeredElsewhere(session.id);
    const all = dialog || screenIn.length === 0 ? [...deps.responders(session), ...screenIn] : screenIn;
    return [...new Set(all)].filter((chatId) => !closedIn.has(chatId));
  }

  function hide(id: string, chatId?: number): void {
    const mine = all.get(id);
    if (chatId !== undefined) {
      mine?.closedIn.add(chatId);
      mine?.seenIn.delete(chatId);
      return;
    }
    clearTimeout(mine?.timer);
    all.delete(id);
  }

  return {
    show,
    hide,
    async idle() {
      for (;;) {
        const drawing = [...all.values()].flatMap((shown) => shown.drawing ?? []);
        if (drawing.length === 0) return;
        await Promise.all(drawing);
      }
    },
    stop() {
      stopped = true;
      for (const id of [...all.keys()]) hide(id);
    },
  };
}
