import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { View } from '../../cards/view';
import type { Conversation } from '../../chat/command';
import { outboxKey } from '../../outbox/keys';
import { plainName } from '../../sessions/model';
import type { HistoryDeps } from './page';
import { writePast } from './past';
import { failureText, transcriptOf } from './transcript';
import { historyWords } from './words/words';

/** The largest file that Telegram takes from a bot, bytes. */
const FILE_MAX = 50_000_000;

/** Sends the whole transcript of a session as a Markdown file. */
export async function exportTranscript(
  { registry, agents, authors, outbox, whereabouts }: HistoryDeps,
  conversation: Conversation,
  id: string,
): Promise<void> {
  const { chatId, thread, say, ack, inbound } = conversation;
  const words = conversation.words.of(historyWords);
  ack();
  const transcript = await transcriptOf({ registry, whereabouts }, conversation, id);
  if (transcript === null) return;
  const { session, path } = transcript;
  outbox.act({ chatId, thread, action: 'upload_document' });
  const folder = await mkdtemp(join(tmpdir(), 'ccbot-export-'));
  try {
    const file = join(folder, 'transcript.md');
    const authorAt = (at: number) => authors.authorOf(path, at, null);
    const head = words.exportHead(session.name, agents.titleOf(session.agent), session.cwd);
    const past = { path, agent: agents.of(session), words, authorAt };
    if (!(await writePast(past, head, file, FILE_MAX))) return say(words.tooLarge(session.name, path));
    const view = fileView(file, `${plainName(session)}.md`, words.exported(session.name));
    // The outbox copies the file before `put` returns. After a crash, the same key makes it the same message.
    outbox.put({ chatId, thread, key: outboxKey('export', inbound.updateId), view, class: 'notice' });
  } catch (error) {
    say(failureText(session, error, words));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const fileView = (path: string, name: string, caption: string): View => ({
  parts: [{ text: caption, entities: [], file: { name, as: 'document', content: { path } } }],
});
