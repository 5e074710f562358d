import type { Board } from '../../board/model';
import type { Session } from '../../sessions/model';
import type { WaitingSessions } from '../../sessions/waiting';

/** Ports that tell which chats see a screen. */
export interface ViewerDeps {
  board: Pick<Board, 'responders'>;
  waiting: Pick<WaitingSessions, 'isShown'>;
}

/** Whether the dialog on a session's screen is in the chat as a request, so that its picture is not offered. */
export function isShownAsRequest({ waiting }: ViewerDeps, session: string): boolean {
  return waiting.isShown(session);
}

/** The chats that asked for the screen, and those that may answer its dialog unless that is shown as a request. */
export function viewersOf(deps: ViewerDeps, session: Session): number[] {
  const { screenIn = [], phase } = session;
  const isDialog = phase === 'dialog' && !isShownAsRequest(deps, session.id);
  const chats =
    isDialog || screenIn.length === 0 ? [...deps.board.responders(session), ...screenIn] : screenIn;
  return [...new Set(chats)];
}
