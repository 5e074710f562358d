import { code } from './en';

/** What is said about the archive and about what goes on from it. In Markdown. */
export const archiveWords = {
  archived: {
    done: (name: string) => `${code(name)} is done and in the archive: /archive.`,
    idle: (name: string) => `Nothing happened in ${code(name)} for long: it is in the archive now, /archive.`,
  },
  empty: 'The archive is empty. What you end with /done or /kill comes here, and can go on later.',
  list: (lines: readonly string[], page: number, pages: number) =>
    [`**Archive**${pages > 1 ? ` · page ${page + 1} of ${pages}` : ''}`, '', ...lines].join('\n'),
  row: (n: number, name: string, about: string, ago: string, why: string) =>
    `${n}\\. ${code(name)}${about === '' ? '' : ` ${code(about)}`} · ${why}, ${ago} ago`,
  why: {
    done: 'done',
    killed: 'ended by you',
    died: 'its agent ended',
    closed: 'closed at the desk',
    idle: 'idle for long',
    lost: 'lost',
  },
  one: (name: string, about: string, cwd: string, agent: string) =>
    [
      `${code(name)} · ${agent}`,
      ...(about === '' ? [] : [`“${about.replace(/[*_`[\]\\<]/g, '\\$&')}”`]),
      code(cwd),
    ].join('\n\n'),
  older: '‹ Older',
  newer: 'Newer ›',
  restore: '▶ Restore',
  restoreAll: '▶ Restore all',
  delete: '🗑 Delete',
  deleteSure: (name: string) =>
    `Take ${code(name)} out of the archive? It can no longer be restored from here; its transcript stays with the agent.`,
  deleteYes: 'Delete it',
  deleted: (name: string) => `${code(name)} is out of the archive.`,
  nothingToResume: (name: string) =>
    `${code(name)} ended before its agent had begun a session: there is nothing to go on with. Start anew with /new.`,
  cannotResume: (name: string) =>
    `${code(name)} cannot go on: its command does not keep sessions. Start it anew with /new.`,
  restoring: (name: string) =>
    `${code(name)} goes on where it was. What you write waits until its agent has settled.`,
  stillThere: (name: string, pids: readonly number[]) =>
    `${code(name)} was not opened: its earlier agent (process ${pids.join(', ')}) does not end, and two would write one transcript. End it at the desk and try again.`,
  renamed: (name: string) => `It is called ${code(name)} now.`,
  renameUsage: 'Say the new name: `/rename name`.',
} as const;
