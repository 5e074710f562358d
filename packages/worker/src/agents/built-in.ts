import type { Language } from '../words/language';
import type { AgentCommand } from './agent';

/** Commands that an agent has by itself, by their names, in the order of the menu: what each does, in the languages of the chat. */
export type BuiltIn = Readonly<Record<string, Readonly<Record<Language, string>>>>;

/** What several agents can do alike, in the same words. */
export const COMMON = {
  compact: {
    en: 'Sum the conversation up to free context',
    ru: 'Сжать разговор, чтобы освободить контекст',
    zh: '总结对话以腾出上下文',
  },
  plan: { en: 'Plan first, change nothing', ru: 'Сначала план, ничего не менять', zh: '先做计划，不做改动' },
  background: { en: 'What runs in the background', ru: 'Что выполняется в фоне', zh: '后台在运行什么' },
  skills: { en: 'The skills', ru: 'Навыки', zh: '技能' },
  config: { en: 'Settings', ru: 'Настройки', zh: '设置' },
} as const satisfies BuiltIn;

/** They as commands of an agent that takes each behind a `/`. */
export function builtInCommands(table: BuiltIn, language: Language): AgentCommand[] {
  return Object.entries(table).map(([name, about]) => ({ name, typed: `/${name}`, about: about[language] }));
}
