import type { PromptAuthor } from '../../../prompts/model';
import { code } from '../../../words/markdown';
import { topic } from '../../../words/topic';
import { en } from './en';
import { ru } from './ru';
import { zh } from './zh';

export type HistoryWords = ReturnType<typeof historyWords.words>;

export const historyWords = topic('history', { en, ru, zh }, (say) => ({
  menu: say('menu'),
  menuExport: say('menuExport'),

  // on a page, and in the file
  head: (name: string, isNewest: boolean) => `**${code(name)}**${isNewest ? '' : ` · ${say('earlier')}`}`,
  exportHead: (name: string, agent: string, cwd: string) => `# ${name}\n\n${agent}: ${code(cwd)}\n`,
  author: (author: PromptAuthor) => (typeof author === 'string' ? say(author) : `${author.name}:`),
  interrupted: say('interrupted'),
  compacted: say('compacted'),
  failed: (text: string) => `*(${text})*`,
  beginning: say('beginning'),

  nothing: (name: string) => say('nothing', { name: code(name) }),
  gone: (name: string) => say('gone', { name: code(name) }),
  noTranscript: (name: string) => say('noTranscript', { name: code(name) }),
  unreadable: (name: string, reason: string) => say('unreadable', { name: code(name), reason: code(reason) }),
  /** Plain text: the caption of the file. */
  exported: (name: string) => say('exported', { name }),
  tooLarge: (name: string, path: string) => say('tooLarge', { name: code(name), path: code(path) }),

  // buttons
  older: say('older'),
  newer: say('newer'),
  export: say('export'),
}));
