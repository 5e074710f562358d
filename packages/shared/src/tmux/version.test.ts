import { isRecentTmux, versionIn } from './version';

it.each([
  ['3.2', true],
  ['3.2a', true],
  ['3.3-rc', true],
  ['3.10', true],
  ['4.0', true],
  ['next-3.6', true],
  ['master', true],
  ['openbsd-7.4', true],
  ['3.1c', false],
  ['3.0', false],
  ['2.9a', false],
  ['1.8', false],
])('knows whether tmux %s is new enough', (version, recent) => {
  expect(isRecentTmux(version)).toBe(recent);
});

it('finds the version in what tmux prints', () => {
  expect(versionIn('tmux 3.3a\n')).toBe('3.3a');
  expect(versionIn('tmux next-3.6\n')).toBe('next-3.6');
});
