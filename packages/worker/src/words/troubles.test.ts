import { TROUBLES } from '@ccbot/shared/net/classify';
import { LANGUAGES, type Language } from './language';
import { wordsIn } from './words';

it.each(Object.keys(LANGUAGES) as Language[])(
  'has a cause and an advice for each trouble of the connection in %s',
  (language) => {
    const { cause, todo } = wordsIn(language).troubles;
    const causes = TROUBLES.map((code) => cause(code));
    expect(new Set(causes).size).toBe(TROUBLES.length);
    for (const code of TROUBLES) {
      expect(cause(code)).not.toMatch(/[.。]$|[A-Z]+_[A-Z]+/);
      expect(todo(code)).toMatch(/[.。]$/);
    }
  },
);
