import { buttonData, withButtons } from '../../cards/button';
import { BUTTON, type HistoryIntent } from '../../cards/buttons';
import type { SessionIntent } from '../../chat/intents';
import { exportButton } from './buttons';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { reasonOf } from '@ccbot/shared/faults/fault';
import type { Agent } from '../../agents/agent';
import { renderNotice } from '../../cards/render';
import type { QueuedView } from '../../outbox/model';
import type { HistoryWords } from '../../words/topics/history';
import type { Conversation, Handlers } from '../../chat/command';
import type { PromptAuthor, PromptAuthors } from '../../prompts/model';
import { pageBefore, writePast } from './past';
import type { Session } from '../../sessions/model';
import type { Registry } from '../../sessions/registry';
import { outboxKey } from '../../outbox/keys';

/** The most that Telegram takes from a bot, bytes. */
const FILE_MAX = 50_000_000;

export type ExportIntent = SessionIntent<'export'>;

/** What the commands about the past need. */
export interface HistoryCommandDeps {
  registry: Registry;
  agentOf(session: Session): Agent;
  titleOf(agent: string): string;
  authors: Pick<PromptAuthors, 'authorOf'>;
  /** Where the pages of what a chat reads end; empty: it reads nothing. */
  kept: { get(chatId: number): string | undefined; set(chatId: number, value: string): void };
  put(wanted: QueuedView): void;
  /** Shows that a file is being made. */
  atWork(chatId: number): void;
}

/** Where the pages end that were turned so far, bytes; each page begins where the one before it ends. */
const reading = z.object({ session: z.string(), ends: z.array(z.number()) });

/** The commands that show what happened in a session, page by page, and send all of it. */
export function historyCommands(deps: HistoryCommandDeps): Handlers<HistoryIntent | ExportIntent> {
  /** The session with its transcript, or it was said why there is none. */
  function known({ say, words }: Conversation, id: string): { session: Session; path: string } | null {
    const session = deps.registry.get(id);
    if (session === undefined) return null;
    const path = session.binding?.transcriptPath;
    if (path !== undefined) return { session, path };
    say((session.surface === 'screen' ? words.history.noTranscript : words.history.nothing)(session.name));
    return null;
  }

  function trouble({ name, about }: Session, error: unknown, words: HistoryWords): string {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') return words.unreadable(name, reasonOf(error));
    // An agent makes the file with the first prompt.
    return about === undefined ? words.nothing(name) : words.gone(name);
  }

  return {
    async history(conversation, { session: id, page }) {
      const { chatId, say, ack } = conversation;
      const words = conversation.words.history;
      ack();
      const found = known(conversation, id);
      if (found === null) return;
      const { session, path } = found;
      const before = page === 0 ? null : readReading(deps.kept.get(chatId), id);
      const end = page === 0 ? null : before?.ends[page];
      // The pages of another run through it are not known any more: it begins anew.
      const at = end === undefined ? 0 : page;
      try {
        const whose = (at: number): PromptAuthor => deps.authors.authorOf(path, at, chatId);
        const agent = deps.agentOf(session);
        const { pieces, start } = await pageBefore(path, end ?? null, agent, words, whose);
        if (pieces.length === 0 && at === 0) return say(words.nothing(session.name));
        deps.kept.set(
          chatId,
          JSON.stringify({ session: id, ends: [...(before?.ends.slice(0, at + 1) ?? [0]), start] }),
        );
        const turn = [
          ...(start > 0
            ? [{ text: words.older, data: buttonData(BUTTON.history, { session: id, page: at + 1 }) }]
            : []),
          ...(at > 0
            ? [{ text: words.newer, data: buttonData(BUTTON.history, { session: id, page: at - 1 }) }]
            : []),
        ];
        const body = [
          words.head(session.name, at === 0),
          ...(start === 0 ? [words.beginning] : []),
          ...pieces,
        ].join('\n\n');
        const key = outboxKey('history');
        // Asked for anew it comes anew, below what was said meanwhile.
        if (conversation.inbound.kind === 'text')
          deps.put({ chatId, key, view: { parts: [] }, class: 'card' });
        const view = withButtons(renderNotice(body), [
          ...(turn.length > 0 ? [turn] : []),
          [{ text: words.export, data: buttonData(exportButton, { session: id }) }],
        ]);
        deps.put({ chatId, key, view, class: 'notice' });
      } catch (error) {
        say(trouble(session, error, words));
      }
    },
    async export(conversation, { session: id }) {
      const { chatId, say, ack, inbound } = conversation;
      const words = conversation.words.history;
      ack();
      const found = known(conversation, id);
      if (found === null) return;
      const { session, path } = found;
      deps.atWork(chatId);
      const folder = await mkdtemp(join(tmpdir(), 'ccbot-export-'));
      try {
        const file = join(folder, 'transcript.md');
        const head = words.exportHead(session.name, deps.titleOf(session.agent), session.cwd);
        const whose = (at: number): PromptAuthor => deps.authors.authorOf(path, at, null);
        await writePast(path, deps.agentOf(session), words, whose, head, file);
        const { size } = await stat(file);
        if (size > FILE_MAX) {
          return say(words.tooLarge(session.name, Math.ceil(size / 1_000_000), path));
        }
        const name = `${session.name}.md`;
        // The outbox takes a copy at once; said again after a crash it is the same message.
        deps.put({
          chatId,
          key: outboxKey('export', inbound.updateId),
          view: {
            parts: [
              {
                text: words.exported(session.name),
                entities: [],
                file: { name, as: 'document', content: { path: file } },
              },
            ],
          },
          class: 'notice',
        });
      } catch (error) {
        say(trouble(session, error, words));
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}

function readReading(text: string | undefined, session: string): z.infer<typeof reading> | null {
  try {
    const read = reading.safeParse(JSON.parse(text ?? ''));
    return read.success && read.data.session === session ? read.data : null;
  } catch {
    return null; // nothing was read yet
  }
}
