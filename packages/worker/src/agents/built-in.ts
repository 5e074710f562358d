import type { Language } from '../words/language';
import type { AgentCommand } from './agent';

/** The built-in commands of an agent, in the order of the menu, each described in every language of the chat. */
export type BuiltIn = Readonly<Record<string, Readonly<Record<Language, string>>>>;

/** Descriptions of commands that several agents share. */
export const COMMON = {
  compact: {
    en: 'Summarize the conversation to free context',
    ru: 'Сжать разговор, чтобы освободить контекст',
    zh: '总结对话以腾出上下文',
  },
  plan: { en: 'Plan first, change nothing', ru: 'Сначала план, ничего не менять', zh: '先做计划，不做改动' },
  background: { en: 'Show background tasks', ru: 'Что выполняется в фоне', zh: '后台在运行什么' },
  skills: { en: 'List skills', ru: 'Навыки', zh: '技能' },
  config: { en: 'Settings', ru: 'Настройки', zh: '设置' },
} as const satisfies BuiltIn;

/** The table as commands that start with `/`. */
export function builtInCommands(table: BuiltIn, language: Language): AgentCommand[] {
  return Object.entries(table).map(([name, about]) => ({ name, typed: `/${name}`, about: about[language] }));
}
