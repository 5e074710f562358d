import { comparePage } from '../fixtures/page';
import { settingsPage } from './docs';
import { SETTINGS, type Setting } from './schema';

it('is told by docs/settings.md exactly as the schema has it (UPDATE_DOCS=1 writes it)', () => {
  const { is, should } = comparePage('settings.md', settingsPage());
  expect(is).toBe(should);
});

it.each(Object.entries<Setting<unknown>>(SETTINGS))(
  '%s has one line of text and a default that can be read',
  (_key, setting) => {
    expect(setting.doc).toMatch(/^[A-Z][^\n]*\.$/);
    expect(() => setting.default === undefined || setting.read(setting.default)).not.toThrow();
  },
);
