import { reasonOf } from '@ccbot/shared/faults/fault';
import type { LogFn } from '@ccbot/shared/log/logger';
import { renderNotice } from '../../cards/render';
import type { View } from '../../cards/view';
import type { OutboxKey } from '../../outbox/keys';
import type { Outbox } from '../../outbox/outbox';
import { isLive, screenKey, type Session } from '../../sessions/model';
import type { Registry } from '../../sessions/registry';
import { PanesError } from '../../terminal/panes';
import { captureScreen, paintFor, screenView, type DrawingDeps } from './drawing';
import { isShownAsRequest, viewersOf, type ViewerDeps } from './viewers';
import { screenWords } from './words/words';

export interface ScreensDeps {
  registry: Pick<Registry, 'get'>;
  viewers: ViewerDeps;
  drawing: DrawingDeps;
  outbox: Pick<Outbox, 'put'>;
  now(): number;
  log: LogFn;
}

/** How long a dialog must be up before its picture is offered, ms: one that a hook reports as a request needs none. */
export const OFFER_MS = 700;

/** The least time between two pictures that nobody asked for, ms: something on the screen may move all the time. */
export const REFRESH_MS = 1_500;

/** Screens in the chats: one message for each session and chat, kept up to date while it is there. */
export interface Screens {
  /** Shows the session's screen as it is now. `asked`: immediately, since a user waits for it; else as time allows. */
  show(session: Session, asked: boolean): void;
  /** The message is gone; `chatId`: only from this chat. */
  hide(id: string, chatId?: number): void;
  /** Resolves when nothing is being drawn. */
  idle(): Promise<void>;
  stop(): void;
}

/** A screen that is shown. */
interface ShownScreen {
  readonly key: OutboxKey;
  /** The chats that have the screen as it is in `fingerprint`. */
  readonly seenIn: Set<number>;
  /** The chats whose user closed it. */
  readonly closedIn: Set<number>;
  /** What is on the messages; absent: nothing yet. */
  fingerprint?: string;
  /** When it was drawn last, or asked for first, ms since the epoch. */
  at: number;
  timer?: NodeJS.Timeout;
  drawing?: Promise<void>;
  /** It changed while it was drawn; true: a user asked for it. */
  again?: boolean;
}

interface ScreensState extends ScreensDeps {
  /** By session. */
  shown: Map<string, ShownScreen>;
  isStopped: boolean;
}

/** Shows no screen before `show`. */
export function createScreens(deps: ScreensDeps): Screens {
  const state: ScreensState = { ...deps, shown: new Map(), isStopped: false };
  return {
    show: (session, asked) => show(state, session, asked),
    hide: (id, chatId) => (chatId === undefined ? hide(state, id) : hideFrom(state, id, chatId)),
    idle: () => idle(state),
    stop() {
      state.isStopped = true;
      for (const id of [...state.shown.keys()]) hide(state, id);
    },
  };
}

function show(state: ScreensState, session: Session, asked: boolean): void {
  if (state.isStopped) return;
  const { id } = session;
  const screen = shownScreen(state, session);
  for (const chatId of session.screenIn ?? []) screen.closedIn.delete(chatId);
  const interval = screen.fingerprint === undefined ? OFFER_MS : REFRESH_MS;
  // Never longer than the interval, even if the clock was set back.
  const wait = Math.min(interval, screen.at + interval - state.now());
  if (asked || wait <= 0) draw(state, id, screen, asked);
  else screen.timer ??= setTimeout(() => draw(state, id, screen, false), wait);
}

/** The session's screen; a new one if the session shows another dialog than before. */
function shownScreen(state: ScreensState, session: Session): ShownScreen {
  const { shown, now } = state;
  const key = screenKey(session);
  const known = shown.get(session.id);
  if (known?.key === key) return known;
  hide(state, session.id);
  const screen: ShownScreen = { key, at: now(), seenIn: new Set(), closedIn: new Set() };
  shown.set(session.id, screen);
  return screen;
}

/** Draws the screen, or once more after the drawing that runs. */
function draw(state: ScreensState, id: string, screen: ShownScreen, asked: boolean): void {
  clearTimeout(screen.timer);
  delete screen.timer;
  if (screen.drawing !== undefined) {
    screen.again = asked || screen.again === true;
    return;
  }
  screen.drawing = drawOnce(state, id, screen, asked)
    .catch((error: unknown) =>
      state.log('error', 'screen not shown', { session: id, reason: reasonOf(error) }),
    )
    .finally(() => {
      const { again } = screen;
      delete screen.drawing;
      delete screen.again;
      if (again !== undefined && isCurrent(state, id, screen)) draw(state, id, screen, again);
    });
}

async function drawOnce(state: ScreensState, id: string, screen: ShownScreen, asked: boolean): Promise<void> {
  const { registry, viewers, drawing, now } = state;
  const session = registry.get(id);
  if (session === undefined || !isLive(session) || !isCurrent(state, id, screen)) return;
  if (!asked && screen.fingerprint === undefined && isShownAsRequest(viewers, id)) return;
  const chats = viewersOf(viewers, session).filter((chatId) => !screen.closedIn.has(chatId));
  try {
    const captured = await captureScreen(drawing, id);
    if (captured.fingerprint !== screen.fingerprint) screen.seenIn.clear();
    const missing = chats.filter((chatId) => !screen.seenIn.has(chatId));
    if (missing.length === 0 || !isCurrent(state, id, screen)) return;
    const picture = await paintFor(drawing, captured, missing);
    if (!isCurrent(state, id, screen)) return;
    screen.fingerprint = captured.fingerprint;
    screen.at = now();
    // A chat may have closed it while it was drawn.
    for (const chatId of missing.filter((missed) => !screen.closedIn.has(missed))) {
      screen.seenIn.add(chatId);
      const isSilent = asked && session.screenIn?.includes(chatId) !== false;
      const view = screenView(drawing, chatId, session, captured, picture);
      put(state, id, screen, chatId, view, isSilent);
    }
  } catch (error) {
    if (!(error instanceof PanesError)) throw error;
    // The window is gone. Its own event says so; here only the user who waits for a screen hears of it.
    if (!asked) return;
    for (const chatId of chats) {
      const words = drawing.people.wordsOf(chatId).of(screenWords);
      put(state, id, screen, chatId, renderNotice(words.unreadable(session.name, error.message)), false);
    }
  }
}

function put(
  { outbox }: ScreensState,
  id: string,
  { key }: ShownScreen,
  chatId: number,
  view: View,
  isSilent: boolean,
): void {
  outbox.put({
    chatId,
    thread: 'session',
    key,
    session: id,
    view,
    class: 'ask',
    ...(isSilent ? { silent: true } : {}),
  });
}

function isCurrent({ shown, isStopped }: ScreensState, id: string, screen: ShownScreen): boolean {
  return !isStopped && shown.get(id) === screen;
}

function hide({ shown }: ScreensState, id: string): void {
  clearTimeout(shown.get(id)?.timer);
  shown.delete(id);
}

function hideFrom({ shown }: ScreensState, id: string, chatId: number): void {
  const screen = shown.get(id);
  screen?.closedIn.add(chatId);
  screen?.seenIn.delete(chatId);
}

async function idle({ shown }: ScreensState): Promise<void> {
  for (;;) {
    const drawing = [...shown.values()].flatMap((screen) => screen.drawing ?? []);
    if (drawing.length === 0) return;
    await Promise.all(drawing);
  }
}
