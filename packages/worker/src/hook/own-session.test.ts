import { ownSession } from './own-session';

it.each([
  ['the pane that ccbot opened', { CCBOT_SESSION: 's1', CCBOT_PANE: '%5', TMUX_PANE: '%5' }, 's1'],
  [
    'another pane, whose agent inherited the variables',
    { CCBOT_SESSION: 's1', CCBOT_PANE: '%5', TMUX_PANE: '%6' },
    undefined,
  ],
  ['a window of an earlier version', { CCBOT_SESSION: 's1', TMUX_PANE: '%5' }, 's1'],
  ['a pty', { CCBOT_SESSION: 's1' }, 's1'],
  ['a program without a terminal', { CCBOT_SESSION: 's1', CCBOT_PANE: '%5' }, 's1'],
  ['a window of the user', { TMUX_PANE: '%5' }, undefined],
])('knows the session of %s', (_, env, session) => {
  expect(ownSession(env)).toBe(session);
});
