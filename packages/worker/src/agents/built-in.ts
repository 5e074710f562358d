import type { Language } from '../words/language';
import type { AgentCommand } from './agent';

/** Commands that an agent has by itself, by their names, in the order of the menu: what each does, in the languages of the chat. */
export type BuiltIn = Readonly<Record<string, Readonly<Record<Language, string>>>>;

/** They as commands of an agent that takes each behind a `/`. */
export function builtInCommands(table: BuiltIn, language: Language): AgentCommand[] {
  return Object.entries(table).map(([name, about]) => ({ name, typed: `/${name}`, about: about[language] }));
}
