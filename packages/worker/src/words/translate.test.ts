import { LANGUAGES, languageOf } from './language';
import { en } from './locales/en';
import { createTranslator } from './translate';
import { wordsIn } from './words';

it('leaves a value as it is when it looks like a placeholder', () => {
  for (const value of [
    '{{name}}',
    '$t(expired)',
    '$&$1',
    '<b>&amp;',
    '{{count}} $t(chat:expired, {"a": 1})',
  ]) {
    expect(createTranslator('en', en).topic('chat')('switched', { name: value })).toBe(
      `You are now writing to ${value}.`,
    );
  }
});

it('names a setting for a missing command only when there is one', () => {
  expect(wordsIn('en').opening.noProgram('x', 'X_COMMAND')).toContain('set `X_COMMAND`');
  for (const language of ['en', 'ru', 'zh'] as const)
    expect(wordsIn(language).opening.noProgram('x', '')).not.toMatch(/``|restart|\{\{/);
});

it('escapes a name when it holds Markdown', () => {
  expect(wordsIn('en').switched('a`b*c')).toBe('You are now writing to `` a`b*c ``.');
});

it('takes the language of the Telegram client, and English for one it does not speak', () => {
  expect(
    ['ru', 'ru-RU', 'zh-hans', 'ZH_TW', 'de', '', '__proto__', 'constructor', undefined].map(languageOf),
  ).toEqual(['ru', 'ru', 'zh', 'zh', 'en', 'en', 'en', 'en', 'en']);
});

it('has all words in every language', () => {
  for (const language of Object.keys(LANGUAGES) as (keyof typeof LANGUAGES)[]) {
    expect(wordsIn(language).language).toBe(language);
    expect(wordsIn(language).expired).not.toBe('');
  }
});
