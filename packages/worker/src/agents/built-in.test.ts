import { LANGUAGES, type Language } from '../words/language';
import { builtInCommands } from './built-in';
import { BUILT_IN as OF_CLAUDE } from './claude/built-in';
import { BUILT_IN as OF_CODEX } from './codex/built-in';

it.each([
  ['claude', OF_CLAUDE],
  ['codex', OF_CODEX],
] as const)('describes each command of %s in every language, short enough for the menu', (_, table) => {
  for (const language of Object.keys(LANGUAGES) as Language[]) {
    const commands = builtInCommands(table, language);
    expect(commands[0]).toMatchObject({ name: 'compact', typed: '/compact' });
    for (const { name, about } of commands) {
      expect([name, about.length > 1 && about.length <= 60]).toEqual([name, true]);
      if (language === 'ru') expect(about).toMatch(/\p{Script=Cyrillic}/u);
      if (language === 'zh') expect(about).toMatch(/\p{Script=Han}/u);
    }
  }
});
