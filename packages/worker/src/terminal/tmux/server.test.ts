import { isRecent, tmuxCommand } from './server';

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
  expect(isRecent(version)).toBe(recent);
});

it('selects the user’s own server if no socket is named', () => {
  expect(tmuxCommand({ socket: '' })).toEqual(['tmux', '-u']);
  expect(tmuxCommand({ socket: 'mine' })).toEqual(['tmux', '-u', '-L', 'mine']);
});
