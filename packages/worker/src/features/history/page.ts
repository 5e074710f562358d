import type { AgentCatalog } from '../../agents/catalog';
import type { HistoryIntent } from '../../cards/buttons';
import type { Conversation } from '../../chat/command';
import { outboxKey } from '../../outbox/keys';
import type { Outbox } from '../../outbox/outbox';
import type { PromptAuthors } from '../../prompts/model';
import type { Whereabouts } from '../../sessions/lifecycle/whereabouts';
import type { Registry } from '../../sessions/registry';
import { pageBefore } from './past';
import type { ReadingStore } from './store';
import { failureText, transcriptOf } from './transcript';
import { pageView } from './view';
import { historyWords } from './words/words';

export interface HistoryDeps {
  registry: Pick<Registry, 'get'>;
  whereabouts: Pick<Whereabouts, 'transcript'>;
  agents: Pick<AgentCatalog, 'of' | 'titleOf'>;
  authors: Pick<PromptAuthors, 'authorOf'>;
  readings: ReadingStore;
  outbox: Pick<Outbox, 'put' | 'remove' | 'act'>;
}

/** Shows a page of what happened in a session, in one message that the buttons change. */
export async function showPage(
  { registry, agents, authors, readings, outbox, whereabouts }: HistoryDeps,
  conversation: Conversation,
  { session: id, page: requested }: HistoryIntent,
): Promise<void> {
  const { chatId, thread, say, ack, inbound } = conversation;
  const words = conversation.words.of(historyWords);
  ack();
  const transcript = await transcriptOf({ registry, whereabouts }, conversation, id);
  if (transcript === null) return;
  const { session, path } = transcript;
  const reading = requested === 0 ? null : readings.get(chatId, id);
  const end = requested === 0 ? null : reading?.ends[requested];
  // Without the end of this page, which was forgotten or never known, the newest is shown.
  const page = end === undefined ? 0 : requested;
  try {
    const past = {
      path,
      agent: agents.of(session),
      words,
      authorAt: (at: number) => authors.authorOf(path, at, chatId),
    };
    const { pieces, start } = await pageBefore(past, end ?? null);
    if (pieces.length === 0 && page === 0) return say(words.nothing(session.name));
    readings.set(chatId, { session: id, ends: [...(reading?.ends.slice(0, page + 1) ?? [0]), start] });
    const key = outboxKey('history');
    // A typed command gets a new message, below what was written meanwhile.
    if (inbound.kind === 'text') outbox.remove(chatId, key);
    const view = pageView(session, { page, pieces, isFirstOfTranscript: start === 0 }, words);
    outbox.put({ chatId, thread, key, view, class: 'notice' });
  } catch (error) {
    say(failureText(session, error, words));
  }
}
