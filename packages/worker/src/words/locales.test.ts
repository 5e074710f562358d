import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInstance } from 'i18next';
import { LANGUAGES, type Language } from './language';
import { en } from './locales/en';
import { ru } from './locales/ru';
import { zh } from './locales/zh';

type Table = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** The texts of the features, by feature. */
function featureTexts(language: Language): Table {
  const folder = join(__dirname, '../features');
  const files = readdirSync(folder)
    .map((feature) => ({ feature, file: join(folder, feature, 'words', `${language}.ts`) }))
    .filter(({ file }) => existsSync(file));
  return Object.fromEntries(
    files.map(({ feature, file }) => [
      `features/${feature}`,
      jest.requireActual<Record<Language, Table[string]>>(file)[language],
    ]),
  );
}

const all: Readonly<Record<Language, Table>> = {
  en: { ...en, ...featureTexts('en') },
  ru: { ...ru, ...featureTexts('ru') },
  zh: { ...zh, ...featureTexts('zh') },
};
const FORMS = /_(zero|one|two|few|many|other)$/;

/** The texts of a language by topic and key; the plural forms of a text are one entry. */
function textsOf(language: Language): Map<string, Map<string, string>> {
  const texts = new Map<string, Map<string, string>>();
  for (const [topic, entries] of Object.entries(all[language])) {
    for (const [key, text] of Object.entries(entries)) {
      const [, form = ''] = FORMS.exec(key) ?? [];
      const name = `${topic}.${key.replace(FORMS, '')}`;
      texts.set(name, (texts.get(name) ?? new Map<string, string>()).set(form, text));
    }
  }
  return texts;
}

/** The placeholders of a text, but for `count`: it selects the plural form, and not every form shows it. */
const placeholdersOf = (text: string): string[] =>
  [...new Set([...text.matchAll(/\{\{([^}]*)\}\}/g)].map(([, name = '']) => name))]
    .filter((name) => name !== 'count')
    .sort();

const languages = Object.keys(LANGUAGES) as Language[];
const english = textsOf('en');

describe.each(languages)('%s', (language) => {
  const texts = textsOf(language);

  it('has the same texts as English', () => {
    expect([...texts.keys()].sort()).toEqual([...english.keys()].sort());
  });

  it('has exactly the plural forms that its numbers need', () => {
    const needed = [...new Intl.PluralRules(language).resolvedOptions().pluralCategories].sort();
    for (const [name, forms] of texts) {
      const counts = !(english.get(name)?.has('') ?? true);
      expect([name, [...forms.keys()].sort()]).toEqual([name, counts ? needed : ['']]);
    }
  });

  it('has the placeholders of English in each text and plural form', () => {
    for (const [name, forms] of texts) {
      const [original = ''] = english.get(name)?.values() ?? [];
      for (const [form, text] of forms) {
        expect([name, form, placeholdersOf(text)]).toEqual([name, form, placeholdersOf(original)]);
      }
    }
  });

  it('has the same Markdown and the same commands in each text', () => {
    const marks = (text: string): string[] =>
      (text.match(/\*\*|`(?:[A-Z_]+|ccbot [^`]*)`|(?<![\w`/])\/[a-z]+\b(?![/`])/g) ?? []).sort();
    for (const [name, forms] of texts) {
      const [original = ''] = english.get(name)?.values() ?? [];
      for (const text of forms.values()) expect([name, marks(text)]).toEqual([name, marks(original)]);
    }
  });

  it('has no empty text and no reference of i18next', () => {
    for (const [name, forms] of texts) {
      for (const text of forms.values())
        expect([name, text.trim() !== '' && !text.includes('$t(')]).toEqual([name, true]);
    }
  });
});

it('uses the script of its language', () => {
  for (const [name, forms] of textsOf('ru')) {
    for (const text of forms.values())
      if (/[a-z]{3}/.test(english.get(name)?.values().next().value ?? ''))
        expect([name, /[а-яё]|Ctrl/i.test(text)]).toEqual([name, true]);
  }
  for (const [name, forms] of textsOf('zh')) {
    for (const text of forms.values())
      if (/[a-z]{3}/.test(english.get(name)?.values().next().value ?? ''))
        expect([name, /\p{Script=Han}|\{\{time\}\}|Ctrl/u.test(text)]).toEqual([name, true]);
  }
});

it('chooses the Russian form by the number', async () => {
  const i18n = createInstance();
  await i18n.init({ lng: 'ru', resources: { ru }, keySeparator: false });
  const texts = [1, 3, 5, 11, 21, 22, 112].map((count) => i18n.t('tools', { ns: 'card', count }));
  expect(texts).toEqual([
    '1 инструмент',
    '3 инструмента',
    '5 инструментов',
    '11 инструментов',
    '21 инструмент',
    '22 инструмента',
    '112 инструментов',
  ]);
});
