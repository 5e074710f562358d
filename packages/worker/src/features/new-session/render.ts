import { buttonData, withButtons } from '../../cards/button';
import { browseButton } from './buttons';
import { inRows } from '../../cards/button-rows';
import { maskedLine } from '../../cards/clean';
import { renderNotice } from '../../cards/render';
import type { Button, View } from '../../cards/view';
import type { BrowseAct } from './button-codec';
import type { Words } from '../../words/words';
import type { Place } from './place';

/** Folders on a page, and in a row. */
export const PAGE = 10;
const ROW = 2;

/** The longest name on a button, UTF-16 units: more is cut by every phone. */
const NAME_MAX = 24;
const ABOUT_MAX = 34;

/** What the disk tells of what is shown. */
export interface Surroundings {
  /** Which of the shown folders, by name, are git repositories; and whether the directory itself is one. */
  git: ReadonlySet<string>;
  isGit: boolean;
  /** The agents that can be started. */
  agents: readonly { id: string; title: string }[];
  /** The person's home directory, shown as `~`. */
  home: string;
  now: number;
}

/** The names that stand on the place's page. */
export function shownNames({ names, page }: Place): string[] {
  return names.slice(page * PAGE, (page + 1) * PAGE);
}

/** How many pages there are. */
export const pagesOf = ({ names }: Place): number => Math.max(1, Math.ceil(names.length / PAGE));

/** The message by which a directory is chosen. */
export function renderPlace(place: Place, around: Surroundings, all: Words): View {
  const words = all.browse;
  const button = (text: string, act: BrowseAct): Button => ({
    text,
    data: buttonData(browseButton, { request: place.request, act }),
  });
  const { path } = place;
  const pages = pagesOf(place);
  const shown = shownNames(place);
  const folders = shown.map((name, i) =>
    button(words.folderButton(path === null ? lastOf(name) : short(name), around.git.has(name)), {
      to: 'open',
      index: place.page * PAGE + i,
    }),
  );
  const lines =
    path === null
      ? [words.recent]
      : [
          words.folder(tilde(path, around.home), around.isGit),
          ...(place.names.length === 0 ? [words.noFolders] : []),
          ...(pages > 1 ? [words.page(place.page + 1, pages)] : []),
          ...(place.unlisted > 0 ? [words.unlisted(place.unlisted)] : []),
          ...(place.earlier.length > 0 ? [words.earlier] : []),
        ];
  if (place.writing === 'path') lines.push(words.writePath);
  if (place.writing === 'folder') lines.push(words.writeFolder(tilde(path ?? '', around.home)));
  const first = path === null ? place.names[0] : undefined;
  const start = first === undefined ? words.start : words.startIn(lastOf(first));
  const back = [[button(words.back, { to: 'page', index: place.page })]];
  const rows: Button[][] = [
    [button(start, { to: 'start' })],
    ...place.earlier.map(({ about, at }, index) => [
      button(words.earlierButton(maskedLine(about, ABOUT_MAX), all.card.span(around.now - at)), {
        to: 'resume',
        index,
      }),
    ]),
    ...inRows(folders, ROW),
    [
      ...(place.page > 0 ? [button(words.previous, { to: 'page', index: place.page - 1 })] : []),
      ...(path !== null && path !== '/' ? [button(words.up, { to: 'up' })] : []),
      ...(place.page < pages - 1 ? [button(words.next, { to: 'page', index: place.page + 1 })] : []),
    ],
    path === null
      ? [button(words.browse, { to: 'open', index: 0 }), button(words.typePath, { to: 'write-path' })]
      : [
          button(words.newFolder, { to: 'write-folder' }),
          button(words.typePath, { to: 'write-path' }),
          button(words.recentButton, { to: 'recent' }),
        ],
    around.agents.length < 2
      ? []
      : around.agents.map(({ id, title }) =>
          button(id === place.agent ? words.chosen(title) : title, { to: 'agent', agent: id }),
        ),
    [button(words.cancel, { to: 'cancel' })],
  ];
  return withButtons(
    renderNotice(lines.join('\n\n')),
    place.writing === undefined ? rows.filter((row) => row.length > 0) : back,
  );
}

const short = (name: string): string => maskedLine(name, NAME_MAX);
const lastOf = (path: string): string => short(path.split('/').filter(Boolean).at(-1) ?? '/');

/** A path as people write it. */
function tilde(path: string, home: string): string {
  const shown = path === home || path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path;
  return maskedLine(shown, 300);
}
