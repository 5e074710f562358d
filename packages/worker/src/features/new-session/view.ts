import { button, withButtons } from '../../cards/button';
import { inRows } from '../../cards/button-rows';
import { maskedLine } from '../../cards/clean';
import { renderNotice } from '../../cards/render';
import type { Button, View } from '../../cards/view';
import type { Words } from '../../words/words';
import { browseButton, discardButton, type BrowseAction } from './buttons';
import type { Place } from './store';
import { newSessionWords } from './words/words';

/** Folders on a page, and in a row. */
export const PAGE = 10;
const ROW = 2;

/** The longest name on a button, UTF-16 units: every phone cuts longer ones. */
const NAME_MAX = 24;
const ABOUT_MAX = 34;

/** The longest path that is shown, UTF-16 units. */
const PATH_MAX = 300;

/** Messages that wait for a session. */
interface Kept {
  count: number;
  /** Ms since the epoch. */
  until: number;
}

/** What the disk says about the shown directory. */
export interface Surroundings {
  /** The shown folders, by name, that are git repositories. */
  git: ReadonlySet<string>;
  /** Whether the directory itself is a git repository. */
  isGit: boolean;
  /** This machine, where there are several. */
  host: string | undefined;
  /** The agents that can be started. */
  agents: readonly { id: string; title: string }[];
  /** The user's home directory, shown as `~`. */
  home: string;
  /** Ms since the epoch. */
  now: number;
  /** How many messages of the chat wait for a session. */
  kept: number;
}

/** The names on the place's page. */
export function shownNames({ names, page }: Place): string[] {
  return names.slice(page * PAGE, (page + 1) * PAGE);
}

export const pagesOf = ({ names }: Place): number => Math.max(1, Math.ceil(names.length / PAGE));

/** The message of the directory browser. While the user writes a name or a path, the only button leads back. */
export function renderPlace(place: Place, around: Surroundings, words: Words): View {
  const text = renderNotice(linesOf(place, around, words).join('\n\n'));
  return withButtons(
    text,
    place.writing === undefined ? rowsOf(place, around, words) : [backRow(place, words)],
  );
}

function linesOf(place: Place, around: Surroundings, words: Words): string[] {
  const text = words.of(newSessionWords);
  const { path, names, page, unlisted, earlier, writing } = place;
  const pages = pagesOf(place);
  const lines: string[] = around.kept > 0 ? [text.kept(around.kept)] : [];
  if (path === null) {
    lines.push(text.recent);
  } else {
    lines.push(text.folder(tilde(path, around.home), around.isGit));
    if (names.length === 0) lines.push(text.noFolders);
    if (pages > 1) lines.push(text.page(page + 1, pages));
    if (unlisted > 0) lines.push(text.unlisted(unlisted));
    if (earlier.length > 0) lines.push(text.earlier);
  }
  if (around.host !== undefined) lines.push(text.onMachine(around.host));
  if (writing === 'path') lines.push(text.writePath);
  if (writing === 'folder') lines.push(text.writeFolder(tilde(path ?? '', around.home)));
  return lines;
}

function rowsOf(place: Place, around: Surroundings, words: Words): Button[][] {
  const rows = [
    [startButton(place, words)],
    ...earlierRows(place, around, words),
    ...inRows(folderButtons(place, around, words), ROW),
    turnRow(place, words),
    toolRow(place, words),
    agentRow(place, around, words),
    [
      actionButton(place, words.of(newSessionWords).cancel, { to: 'cancel' }),
      ...(around.kept > 0 ? [discardButtonOf(words)] : []),
    ],
  ];
  return rows.filter((row) => row.length > 0);
}

const discardButtonOf = (words: Words): Button =>
  button(discardButton, words.of(newSessionWords).discard, { do: 'discard-kept' });

/** What is said of kept messages when the browser was cancelled. */
export function renderStillKept({ count, until }: Kept, now: number, words: Words): View {
  const text = words.of(newSessionWords).stillKept(count, until, now);
  return withButtons(renderNotice(text), [[discardButtonOf(words)]]);
}

function actionButton({ request, listing }: Place, text: string, action: BrowseAction): Button {
  return button(browseButton, text, { request, listing, action });
}

function backRow(place: Place, words: Words): Button[] {
  return [actionButton(place, words.of(newSessionWords).back, { to: 'page', index: place.page })];
}

function startButton(place: Place, words: Words): Button {
  const text = words.of(newSessionWords);
  const first = place.path === null ? place.names[0] : undefined;
  return actionButton(place, first === undefined ? text.start : text.startIn(lastFolder(first)), {
    to: 'start',
  });
}

function earlierRows(place: Place, { now }: Surroundings, words: Words): Button[][] {
  return place.earlier.map(({ about, at }, index) => {
    const ago = words.card.span(now - at);
    const label = words.of(newSessionWords).earlierButton(maskedLine(about, ABOUT_MAX), ago);
    return [actionButton(place, label, { to: 'resume', index })];
  });
}

function folderButtons(place: Place, { git }: Surroundings, words: Words): Button[] {
  return shownNames(place).map((name, i) => {
    const shown = place.path === null ? lastFolder(name) : shortName(name);
    const label = words.of(newSessionWords).folderButton(shown, git.has(name));
    return actionButton(place, label, { to: 'open', index: place.page * PAGE + i });
  });
}

function turnRow(place: Place, words: Words): Button[] {
  const text = words.of(newSessionWords);
  const { page, path } = place;
  const row: Button[] = [];
  if (page > 0) row.push(actionButton(place, text.previous, { to: 'page', index: page - 1 }));
  if (path !== null && path !== '/') row.push(actionButton(place, text.up, { to: 'up' }));
  if (page < pagesOf(place) - 1) row.push(actionButton(place, text.next, { to: 'page', index: page + 1 }));
  return row;
}

function toolRow(place: Place, words: Words): Button[] {
  const text = words.of(newSessionWords);
  const typePath = actionButton(place, text.typePath, { to: 'write-path' });
  if (place.path === null) return [actionButton(place, text.browse, { to: 'open', index: 0 }), typePath];
  return [
    actionButton(place, text.newFolder, { to: 'write-folder' }),
    typePath,
    actionButton(place, text.recentButton, { to: 'recent' }),
  ];
}

function agentRow(place: Place, { agents }: Surroundings, words: Words): Button[] {
  if (agents.length < 2) return [];
  return agents.map(({ id, title }) => {
    const label = id === place.agent ? words.of(newSessionWords).chosen(title) : title;
    return actionButton(place, label, { to: 'agent', agent: id });
  });
}

const shortName = (name: string): string => maskedLine(name, NAME_MAX);
const lastFolder = (path: string): string => shortName(path.split('/').filter(Boolean).at(-1) ?? '/');

/** A path with `~` for the home directory. */
function tilde(path: string, home: string): string {
  const shown = path === home || path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path;
  return maskedLine(shown, PATH_MAX);
}
