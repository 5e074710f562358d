import { wordsIn } from './words';

it('reports in each language what a new version of an agent does not do', () => {
  const texts = (['en', 'ru', 'zh'] as const).map((language) =>
    wordsIn(language).canary.trouble('Parrot', '2.0', ['ended', 'answer']),
  );
  expect(texts[0]).toContain('Parrot `2.0`');
  expect(texts[0]).toContain('- it exits on its own\n- it does not continue after a dialog is answered');
  for (const text of texts.slice(1)) expect(text).not.toMatch(/exits|dialog/);
});
