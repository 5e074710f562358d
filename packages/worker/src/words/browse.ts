import { code } from './en';

/** What is said while a directory for a new session is chosen. In Markdown; buttons are plain text. */
export const browseWords = {
  recent: '**New session**: where? Those of before, the last one first.',
  folder: (path: string, git: boolean) => `**New session** in ${code(path)}${git ? ' · git' : ''}`,
  page: (page: number, pages: number) => `folders, page ${page} of ${pages}`,
  noFolders: 'There are no folders in it.',
  unlisted: (count: number) =>
    `${count} more ${count === 1 ? 'folder is' : 'folders are'} not listed: type the path.`,
  earlier: 'An earlier session of this directory can go on:',
  writePath: 'Write the path as your next message; `~` is your home.',
  writeFolder: (path: string) => `Write the name of the new folder in ${code(path)} as your next message.`,
  notAName: (name: string) =>
    `${code(name)} cannot be a folder’s name: it has a “/”, is “.” or “..”, or is longer than 255 bytes.`,
  exists: (path: string) => `There is ${code(path)} already; it is shown.`,
  notMade: (path: string, reason: string) => `${code(path)} could not be made: ${code(reason)}.`,
  runsElsewhere: (pids: readonly number[]) =>
    `That session runs in another terminal (process ${pids.join(', ')}); two would write one transcript. End it there, then tap again.`,
  goesOn: (name: string) => `${code(name)} goes on. What you write waits until its agent has settled.`,

  // buttons
  startIn: (name: string) => `▶ Start in ${name}`,
  start: '▶ Start here',
  folderButton: (name: string, git: boolean) => `📁 ${name}${git ? ' · git' : ''}`,
  earlierButton: (about: string, ago: string) => `↩ ${about} · ${ago}`,
  up: '⬆ Up',
  previous: '‹',
  next: '›',
  newFolder: '＋ Folder',
  typePath: '✎ Path',
  recentButton: '🕘 Recent',
  browse: '📂 Browse',
  chosen: (title: string) => `● ${title}`,
  cancel: '✖ Cancel',
  back: '← No text after all',
} as const;
