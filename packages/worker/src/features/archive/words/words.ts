import { code } from '../../../words/markdown';
import { topic } from '../../../words/topic';
import { en } from './en';
import { ru } from './ru';
import { zh } from './zh';

export const archiveWords = topic('archive', { en, ru, zh }, (say) => ({
  menu: say('menu'),
  menuDone: say('menuDone'),
  archived: {
    done: (name: string) => say('archivedDone', { name: code(name) }),
    idle: (name: string) => say('archivedIdle', { name: code(name) }),
  },
  empty: say('empty'),
  head: say('head'),
  page: (page: number, pages: number) => say('page', { n: page, of: pages }),
  row: (n: number, name: string, about: string, span: string, why: string) =>
    `${n}\\. ${code(name)}${about === '' ? '' : ` ${code(about)}`} · ${why}, ${say('ago', { span })}`,
  why: {
    done: say('done'),
    killed: say('killed'),
    died: say('died'),
    closed: say('closed'),
    idle: say('idle'),
    lost: say('lost'),
  },
  session: (name: string, about: string, cwd: string, agent: string) =>
    [
      `${code(name)} · ${agent}`,
      ...(about === '' ? [] : [`“${about.replace(/[*_`[\]\\<]/g, '\\$&')}”`]),
      code(cwd),
    ].join('\n\n'),
  deleteSure: (name: string) => say('deleteSure', { name: code(name) }),
  deleted: (name: string) => say('deleted', { name: code(name) }),
  restoring: (name: string) => say('restoring', { name: code(name) }),

  // buttons
  older: say('older'),
  newer: say('newer'),
  back: say('back'),
  delete: say('delete'),
  deleteYes: say('deleteYes'),
}));
