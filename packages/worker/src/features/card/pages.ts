import type { AgentCatalog } from '../../agents/catalog';
import type { Page } from '../../board/model';
import { pageLine, turnPages } from '../../cards/history';
import type { PageIntent } from '../../cards/buttons';
import type { PromptAuthors } from '../../prompts/model';
import type { Whereabouts } from '../../sessions/lifecycle/whereabouts';
import type { Session } from '../../sessions/model';
import { turnsOf, type PastTurn, type Turns } from '../../watch/turns';
import type { Words } from '../../words/words';

export interface PagesDeps {
  agents: Pick<AgentCatalog, 'of'>;
  authors: Pick<PromptAuthors, 'otherAuthor'>;
  whereabouts: Pick<Whereabouts, 'transcript'>;
}

/** The chat that reads, and the session it reads of. */
export interface PageReader {
  chatId: number;
  words: Words;
  session: Session;
}

/** The page that is on the card: the byte offset of its turn and its place in the turn; no offset: the running turn. */
export type ShownPage = Pick<PageIntent, 'at' | 'part'>;

/** The last page of the last turn; null if there is none. */
export async function lastPage(deps: PagesDeps, reader: PageReader): Promise<Page | null> {
  const last = (await (await turnsFor(deps, reader))?.before()) ?? null;
  return last === null ? null : lastPageOf(deps, reader, last);
}

/** The page before the shown one; null if there is none. */
export async function olderPage(
  deps: PagesDeps,
  reader: PageReader,
  { at, part = 0 }: ShownPage,
): Promise<Page | null> {
  const turns = await turnsFor(deps, reader);
  if (turns === null) return null;
  const shown = at === undefined || part === 0 ? null : await turns.at(at);
  if (shown !== null) return pageOf(deps, reader, shown, part - 1);
  // The running turn is on the card itself, so the turn before it is shown.
  const running = at === undefined && reader.session.card.phase === 'working' ? await turns.before() : null;
  const before = await turns.before(at ?? running?.at);
  return before === null ? null : lastPageOf(deps, reader, before);
}

/** The page after the shown one; undefined if that is the running turn. */
export async function newerPage(
  deps: PagesDeps,
  reader: PageReader,
  { at, part = 0 }: ShownPage,
): Promise<Page | undefined> {
  const turns = await turnsFor(deps, reader);
  if (turns === null || at === undefined) return undefined;
  const shown = await turns.at(at);
  if (shown === null) return undefined;
  const page = pageOf(deps, reader, shown, part + 1);
  if (page.part > part) return page;
  const next = shown.next === null ? null : await turns.at(shown.next);
  if (next === null || (next.next === null && reader.session.card.phase === 'working')) return undefined;
  return pageOf(deps, reader, next, 0);
}

/** Null: the session has no transcript yet. */
async function turnsFor({ agents, whereabouts }: PagesDeps, { session }: PageReader): Promise<Turns | null> {
  const found = await whereabouts.transcript(session);
  if (found === null) return null;
  const { id, name } = session;
  return turnsOf({ session: id, name, path: found.transcriptPath, agent: agents.of(session) });
}

/** A page of a turn; the last one if the turn has fewer pages. */
function pageOf(
  { authors }: PagesDeps,
  { chatId, words, session }: PageReader,
  turn: PastTurn,
  index: number,
): Page {
  const path = session.binding?.transcriptPath ?? '';
  const author = authors.otherAuthor(path, turn.card.startedAt, chatId);
  const pages = turnPages(turn.card, words.card, author);
  const part = Math.min(index, pages.length - 1);
  const isNewest = turn.next === null && part === pages.length - 1;
  return {
    at: turn.at,
    part,
    line: pageLine(part, pages.length, words.board),
    rich: pages[part] ?? { text: '', entities: [] },
    newer: !isNewest || session.card.phase === 'working',
  };
}

const lastPageOf = (deps: PagesDeps, reader: PageReader, turn: PastTurn): Page =>
  pageOf(deps, reader, turn, Infinity);
