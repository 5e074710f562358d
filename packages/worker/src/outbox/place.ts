import { NO_THREAD, type NewView, type Placing, type QueuedView, type Thread } from './model';

/** The threads in which a chat's views stand that answer no message. */
export interface ChosenThreads {
  ofChat(chatId: number): Thread;
  ofSession(chatId: number, session: string): Thread;
}

/** The view with its thread. */
export function placed(view: NewView, threads: ChosenThreads): QueuedView {
  const { chatId } = view;
  const thread = chosen(chatId, view, threads);
  return typeof view.thread === 'number' ? { ...view, thread, moves: true } : { ...view, thread };
}

/** The thread that a placing means now. */
export function chosen(chatId: number, placing: Placing, threads: ChosenThreads): Thread {
  switch (placing.thread) {
    case 'chat':
      return threads.ofChat(chatId);
    case 'session':
      return threads.ofSession(chatId, placing.session);
    default:
      return placing.thread;
  }
}

/** The threads of a chat that take no messages any more, on disk. */
export interface LostThreads {
  isLost(chatId: number, thread: Thread): boolean;
  /** False: it was recorded before. */
  lose(chatId: number, thread: Thread, at: number): boolean;
  /** It takes messages again. */
  regain(chatId: number, thread: Thread): void;
}

/** Where messages for a thread stand: in the chat itself once the thread takes none. */
export function standingThread(lost: Pick<LostThreads, 'isLost'>, chatId: number, thread: Thread): Thread {
  return thread !== NO_THREAD && lost.isLost(chatId, thread) ? NO_THREAD : thread;
}

/**
 * Where the next messages of a view stand. The parts of one view stay together: in the thread of those that are shown,
 * unless the view moves.
 */
export function threadOfParts(
  lost: Pick<LostThreads, 'isLost'>,
  { chatId, thread, moves }: QueuedView,
  posted: readonly { message: number | null; thread: Thread }[],
): Thread {
  const shown = moves === true ? undefined : posted.find(({ message }) => message !== null);
  return standingThread(lost, chatId, shown?.thread ?? thread);
}
