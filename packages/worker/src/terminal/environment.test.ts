import { windowEnvironment } from './environment';

it('passes no secrets and none of its own variables on to windows', () => {
  const env = {
    PATH: '/bin',
    HOME: '/home/x',
    LANG: 'C.UTF-8',
    ANTHROPIC_API_KEY: 'the agent needs it',
    TELEGRAM_BOT_TOKEN: 'secret',
    OTHER_BOT_TOKEN: 'secret',
    TG_PROXY_URL: 'http://user:secret@proxy',
    TMUX: '/tmp/tmux-0/default,1,0',
    TMUX_PANE: '%1',
    NODE_CHANNEL_FD: '3',
    NODE_CHANNEL_SERIALIZATION_MODE: 'json',
    CCBOT_LOCK_FD: '4',
    CCBOT_ENV_FILE: '/etc/ccbot/work.env',
    AN_AGENT: '1',
    NOTIFY_SOCKET: '/run/notify',
  };
  expect(Object.keys(windowEnvironment(env, [/^AN_AGENT$/]))).toEqual([
    'PATH',
    'HOME',
    'LANG',
    'ANTHROPIC_API_KEY',
  ]);
});
