import { code } from '../markdown';
import type { Speech } from '../translate';

/** What is said while a directory for a new session is chosen. In Markdown; buttons are plain text. */
export type BrowseWords = ReturnType<typeof browseWordsIn>;

/** Those words in a language. */
export function browseWordsIn(speech: Speech) {
  const t = speech.topic('browse');
  return {
    recent: t('recent'),
    folder: (path: string, git: boolean) => `${t('folder', { path: code(path) })}${git ? ' · git' : ''}`,
    page: (page: number, pages: number) => t('page', { n: page, of: pages }),
    noFolders: t('noFolders'),
    unlisted: (count: number) => t('unlisted', { count }),
    earlier: t('earlier'),
    writePath: t('writePath'),
    writeFolder: (path: string) => t('writeFolder', { path: code(path) }),
    notAName: (name: string) => t('notAName', { name: code(name) }),
    exists: (path: string) => t('exists', { path: code(path) }),
    notMade: (path: string, reason: string) => t('notMade', { path: code(path), reason: code(reason) }),
    runsElsewhere: (pids: readonly number[]) => t('runsElsewhere', { pids: pids.join(', ') }),
    goesOn: (name: string) => t('goesOn', { name: code(name) }),

    // buttons
    startIn: (name: string) => t('startIn', { name }),
    start: t('start'),
    folderButton: (name: string, git: boolean) => `📁 ${name}${git ? ' · git' : ''}`,
    earlierButton: (about: string, ago: string) => `↩ ${about} · ${ago}`,
    up: t('up'),
    previous: '‹',
    next: '›',
    newFolder: t('newFolder'),
    typePath: t('typePath'),
    recentButton: t('recentButton'),
    browse: t('browse'),
    chosen: (title: string) => `● ${title}`,
    cancel: t('cancel'),
    back: t('back'),
  } as const;
}
