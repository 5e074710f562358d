import { code } from '../../../words/markdown';
import { topic } from '../../../words/topic';
import { en } from './en';
import { ru } from './ru';
import { zh } from './zh';

export const newSessionWords = topic('new-session', { en, ru, zh }, (say, { when }) => ({
  menu: say('menu'),
  usage: say('usage'),
  noSuchAgent: (name: string, known: readonly string[]) =>
    say('noSuchAgent', { name: code(`@${name}`), known: known.map((id) => code(`@${id}`)).join(', ') }),
  noSuchMachine: (host: string, known: readonly string[]) =>
    say('noSuchMachine', { host: code(host), known: known.map(code).join(', ') }),
  whichMachine: say('whichMachine'),
  onMachine: (host: string) => say('onMachine', { host: code(host) }),
  lineNotOwn: say('lineNotOwn'),
  noTmux: say('noTmux'),
  recent: say('recent'),
  folder: (path: string, isGit: boolean) => `${say('folder', { path: code(path) })}${isGit ? ' · git' : ''}`,
  page: (page: number, pages: number) => say('page', { n: page, of: pages }),
  noFolders: say('noFolders'),
  unlisted: (count: number) => say('unlisted', { count }),
  earlier: say('earlier'),
  writePath: say('writePath'),
  writeFolder: (path: string) => say('writeFolder', { path: code(path) }),
  notAName: (name: string) => say('notAName', { name: code(name) }),
  exists: (path: string) => say('exists', { path: code(path) }),
  listChanged: say('listChanged'),
  notListed: (path: string, reason: string) => say('notListed', { path: code(path), reason: code(reason) }),
  notMade: (path: string, reason: string) => say('notMade', { path: code(path), reason: code(reason) }),
  runsElsewhere: (pids: readonly number[]) => say('runsElsewhere', { pids: pids.join(', ') }),
  resuming: (name: string) => say('resuming', { name: code(name) }),
  kept: (count: number) => say('kept', { count }),
  notKept: say('notKept'),
  delivered: (name: string, count: number) => say('delivered', { count, name: code(name) }),
  stillKept: (count: number, until: number, now: number) =>
    say('stillKept', { count, when: when(until, now) }),
  discarded: (count: number) => say('discarded', { count }),
  keptTooLong: (count: number) => say('keptTooLong', { count }),

  // buttons
  startIn: (name: string) => say('startIn', { name }),
  start: say('start'),
  startOn: (host: string) => `🖥 ${host}`,
  folderButton: (name: string, isGit: boolean) => `📁 ${name}${isGit ? ' · git' : ''}`,
  earlierButton: (about: string, ago: string) => `↩ ${about} · ${ago}`,
  up: say('up'),
  previous: '‹',
  next: '›',
  newFolder: say('newFolder'),
  typePath: say('typePath'),
  recentButton: say('recentButton'),
  browse: say('browse'),
  chosen: (title: string) => `● ${title}`,
  cancel: say('cancel'),
  discard: say('discard'),
  back: say('back'),
}));
