import { tmuxCommand } from './server';

it('selects the user’s own server if no socket is named', () => {
  expect(tmuxCommand({ program: 'tmux', socket: '' })).toEqual(['tmux', '-u']);
  expect(tmuxCommand({ program: '/opt/tmux', socket: 'mine' })).toEqual(['/opt/tmux', '-u', '-L', 'mine']);
});
