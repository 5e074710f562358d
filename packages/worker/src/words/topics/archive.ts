import { code } from '../markdown';
import type { Speech } from '../translate';

/** What is said about the archive and about what goes on from it. In Markdown. */
export type ArchiveWords = ReturnType<typeof archiveWordsIn>;

/** Those words in a language. */
export function archiveWordsIn(speech: Speech) {
  const t = speech.topic('archive');
  return {
    archived: {
      done: (name: string) => t('archivedDone', { name: code(name) }),
      idle: (name: string) => t('archivedIdle', { name: code(name) }),
    },
    empty: t('empty'),
    list: (lines: readonly string[], page: number, pages: number) =>
      [
        `**${t('head')}**${pages > 1 ? ` · ${t('page', { n: page + 1, of: pages })}` : ''}`,
        '',
        ...lines,
      ].join('\n'),
    row: (n: number, name: string, about: string, span: string, why: string) =>
      `${n}\\. ${code(name)}${about === '' ? '' : ` ${code(about)}`} · ${why}, ${t('ago', { span })}`,
    why: {
      done: t('done'),
      killed: t('killed'),
      died: t('died'),
      closed: t('closed'),
      idle: t('idle'),
      lost: t('lost'),
    },
    one: (name: string, about: string, cwd: string, agent: string) =>
      [
        `${code(name)} · ${agent}`,
        ...(about === '' ? [] : [`“${about.replace(/[*_`[\]\\<]/g, '\\$&')}”`]),
        code(cwd),
      ].join('\n\n'),
    older: t('older'),
    newer: t('newer'),
    restore: t('restore'),
    restoreAll: t('restoreAll'),
    delete: t('delete'),
    deleteSure: (name: string) => t('deleteSure', { name: code(name) }),
    deleteYes: t('deleteYes'),
    deleted: (name: string) => t('deleted', { name: code(name) }),
    nothingToResume: (name: string) => t('nothingToResume', { name: code(name) }),
    cannotResume: (name: string) => t('cannotResume', { name: code(name) }),
    restoring: (name: string) => t('restoring', { name: code(name) }),
    stillThere: (name: string, pids: readonly number[]) =>
      t('stillThere', { name: code(name), pids: pids.join(', '), kill: code(`kill ${pids.join(' ')}`) }),
    renamed: (name: string) => t('renamed', { name: code(name) }),
    renameUsage: t('renameUsage'),
  } as const;
}
