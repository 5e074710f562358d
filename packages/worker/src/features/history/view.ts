import { button, withButtons } from '../../cards/button';
import { BUTTON } from '../../cards/buttons';
import { agentRich } from '../../cards/agent-text';
import { richOf } from '../../cards/markdown';
import { paginate } from '../../cards/paginate';
import { join } from '../../cards/rich';
import type { Button, View } from '../../cards/view';
import type { Session } from '../../sessions/model';
import { exportButton } from './buttons';
import type { HistoryWords } from './words/words';

/** A page as it is shown; the newest is 0. */
export interface ShownPage {
  page: number;
  pieces: readonly string[];
  isFirstOfTranscript: boolean;
}

export function pageView(
  { id: session, name }: Session,
  { page, pieces, isFirstOfTranscript }: ShownPage,
  words: HistoryWords,
): View {
  const head = [words.head(name, page === 0), ...(isFirstOfTranscript ? [words.beginning] : [])].join('\n\n');
  const past = agentRich(pieces.join('\n\n'));
  const parts = paginate(join([richOf(head), past], '\n\n'));
  const turning: Button[] = [];
  if (!isFirstOfTranscript) turning.push(button(BUTTON.history, words.older, { session, page: page + 1 }));
  if (page > 0) turning.push(button(BUTTON.history, words.newer, { session, page: page - 1 }));
  return withButtons({ parts }, [
    ...(turning.length > 0 ? [turning] : []),
    [button(exportButton, words.export, { session })],
  ]);
}
