import { comparePage } from '../fixtures/page';
import { settingsPage } from './docs';
import { SETTINGS, type Setting } from './schema';

it('matches docs/settings.md (UPDATE_DOCS=1 regenerates the page)', () => {
  const { is, should } = comparePage('settings.md', settingsPage());
  expect(is).toBe(should);
});

it.each(Object.entries<Setting<unknown>>(SETTINGS))(
  '%s has a one-line description and a valid default',
  (_key, setting) => {
    expect(setting.doc).toMatch(/^[A-Z][^\n]*\.$/);
    expect(() => setting.default === undefined || setting.read(setting.default)).not.toThrow();
  },
);
