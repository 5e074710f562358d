import { chooseHome, type TmuxSession } from './home';

const wanted = { session: 'ccbot', owner: '/home/me/.ccbot' };
const session = (id: string, name: string, more: Partial<TmuxSession> = {}): TmuxSession => {
  return { id, name, group: '', owner: '', configured: '', ...more };
};
const ours = { owner: wanted.owner, configured: 'ccbot' };
const others = { owner: '/home/me/other', configured: 'ccbot' };

it.each<[string, TmuxSession[], ReturnType<typeof chooseHome>]>([
  ['no session at all', [], { is: 'missing' }],
  ['only sessions of the user', [session('$0', 'work')], { is: 'missing' }],
  ['one with the name, of an earlier ccbot', [session('$1', 'ccbot')], { is: 'here', id: '$1' }],
  [
    'ours, renamed by the user',
    [session('$0', 'work'), session('$2', 'mine', ours)],
    { is: 'here', id: '$2' },
  ],
  [
    'ours, renamed, and the user has another one with the name',
    [session('$1', 'ccbot'), session('$2', 'mine', ours)],
    { is: 'here', id: '$2' },
  ],
  [
    'ours under the name of an earlier setting',
    [session('$3', 'old', { ...ours, configured: 'old' })],
    { is: 'renamed', id: '$3' },
  ],
  [
    'ours under an earlier name, and another session has the new one',
    [session('$3', 'old', { ...ours, configured: 'old' }), session('$4', 'ccbot')],
    { is: 'here', id: '$4' },
  ],
  ['that of another ccbot', [session('$5', 'elsewhere', others)], { is: 'missing' }],
  ['a member of its group', [session('$6', 'desk', { group: 'ccbot' })], { is: 'missing', member: '$6' }],
])('finds its home: %s', (_, sessions, home) => {
  expect(chooseHome(sessions, wanted)).toEqual(home);
});
