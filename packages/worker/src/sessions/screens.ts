import { renderNotice } from '../cards/render';
import type { Wanted } from '../outbox/wanted';
import { PanesError, type Capture, type Panes } from '../terminal/panes';
import type { WordsOf } from '../words/words';
import { isLive, screenKey, type Session } from './model';
import { pictureView, screenView } from './screen-view';

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
  /** Whether the dialog on a session's screen is put before the person in a better way: then no picture is offered. */
  answeredElsewhere(id: string): boolean;
  put(wanted: Wanted): void;
  now(): number;
  log(level: 'info' | 'warn' | 'error', text: string, meta?: Record<string, unknown>): void;
}

/** How long a dialog has to be up before its picture is offered, ms: one that a hook puts before the person needs none. */
export const OFFER_MS = 700;

/** The least time between two pictures that nobody asked for, ms: something on the screen may move all the time. */
export const REFRESH_MS = 1_500;

/** Screens in the chat, one message a session, kept up to date while it is there. */
export interface Screens {
  /** Shows the session's screen as it is now. `asked`: at once, as the person waits for it; else as time allows. */
  show(session: Session, asked: boolean): void;
  /** The message has gone. */
  hide(id: string): void;
  /** Resolves when nothing is being drawn. */
  idle(): Promise<void>;
  stop(): void;
}

interface Shown {
  key: string;
  /** What is on the message: the lines of the capture; absent: nothing yet. */
  lines?: string;
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
      all.set(id, (mine = { key, at: deps.now() }));
    }
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
    const words = deps.wordsOf(session.chatId);
    const wish = { chatId: session.chatId, key: mine.key, session: id, class: 'ask' as const };
    try {
      const [capture, screen] = await Promise.all([deps.panes.capture(id), deps.panes.screen(id)]);
      const { lines, cursor } = capture;
      const seen = JSON.stringify([lines, cursor]);
      if (seen === mine.lines || !isCurrent(id, mine)) return;
      const view = !deps.pictures(session.chatId)
        ? screenView(session, screen, null, words)
        : await deps.painter.paint(capture).then(
            (png) => pictureView(session, png, screen, words),
            (error: unknown) =>
              screenView(session, screen, error instanceof Error ? error.message : String(error), words),
          );
      if (!isCurrent(id, mine)) return;
      mine.lines = seen;
      mine.at = deps.now();
      deps.put({ ...wish, view, ...(asked ? { silent: true } : {}) });
    } catch (error) {
      if (!(error instanceof PanesError)) throw error;
      // Its window went; the person hears of it by its own event, and here only when they wait for a screen.
      if (asked) deps.put({ ...wish, view: renderNotice(words.screenFailed(session.name, error.message)) });
    }
  }

  function hide(id: string): void {
    clearTimeout(all.get(id)?.timer);
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
