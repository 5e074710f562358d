import { wordsIn } from './words';

it('tells in each language what a new version of an agent does not do', () => {
  const told = (['en', 'ru', 'zh'] as const).map((one) =>
    wordsIn(one).canary.trouble('Parrot', '2.0', ['ended', 'answer']),
  );
  expect(told[0]).toContain('Parrot `2.0`');
  expect(told[0]).toContain('- it ends by itself\n- an answer to a dialog does not let it go on');
  for (const text of told.slice(1)) expect(text).not.toMatch(/ends|dialog/);
});
