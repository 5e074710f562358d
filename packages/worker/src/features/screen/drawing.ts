import { reasonOf } from '@ccbot/shared/faults/fault';
import type { World } from '../../app/model';
import type { View } from '../../cards/view';
import type { People } from '../../chat/people';
import type { Session } from '../../sessions/model';
import type { Capture, Panes } from '../../terminal/panes';
import { pictureView, textView } from './view';
import { screenWords } from './words/words';

/** Ports for reading and drawing screens. */
export interface DrawingDeps {
  windows: Pick<Panes, 'capture' | 'screen'>;
  /** Rejects with an error whose message says why there is no picture. */
  painter: World['painter'];
  people: {
    readonly preferences: Pick<People['preferences'], 'get'>;
    wordsOf: People['wordsOf'];
  };
}

/** A screen as it was read. */
export interface CapturedScreen {
  capture: Capture;
  rows: readonly string[];
  /** Equal for two screens that look the same. */
  fingerprint: string;
}

/** Rejects with a `PanesError`. */
export async function captureScreen({ windows }: DrawingDeps, session: string): Promise<CapturedScreen> {
  const [capture, rows] = await Promise.all([windows.capture(session), windows.screen(session)]);
  return { capture, rows, fingerprint: JSON.stringify([capture.lines, capture.cursor]) };
}

/** The picture, the reason why there is none, or null if no chat wants one. */
export type Picture = Uint8Array | string | null;

export async function paintFor(
  deps: DrawingDeps,
  { capture }: CapturedScreen,
  chats: readonly number[],
): Promise<Picture> {
  if (!chats.some((chatId) => wantsPictures(deps, chatId))) return null;
  return deps.painter.paint(capture).catch((error: unknown) => reasonOf(error));
}

/** A screen as a chat wants it: as a picture, or as text. */
export function screenView(
  deps: DrawingDeps,
  chatId: number,
  session: Session,
  { rows }: CapturedScreen,
  picture: Picture,
): View {
  const words = deps.people.wordsOf(chatId).of(screenWords);
  const chosen = wantsPictures(deps, chatId) ? picture : null;
  return chosen === null || typeof chosen === 'string'
    ? textView(session, rows, chosen, words)
    : pictureView(session, chosen, rows, words);
}

function wantsPictures({ people }: DrawingDeps, chatId: number): boolean {
  return people.preferences.get(chatId, 'screenshots') !== 'off';
}
