import { secretsOf } from './secrets';

const TELEGRAM_BOT_TOKEN = '123456789:AAFabcdefghijklmnopqrstuvwxyz0123456';

it.each([
  ['', []],
  ['http://proxy:3128', []],
  ['socks5://me:p%40ssword@proxy', ['p%40ssword', 'p@ssword']],
  ['http://me:100%25%@proxy', ['100%25%']],
])('knows the secrets of the proxy %j', (TG_PROXY_URL, passwords) => {
  expect(secretsOf({ TELEGRAM_BOT_TOKEN, TG_PROXY_URL })).toEqual([TELEGRAM_BOT_TOKEN, ...passwords]);
});

it('finds no secrets when nothing is set', () => {
  expect(secretsOf({ TELEGRAM_BOT_TOKEN: '', TG_PROXY_URL: '' })).toEqual([]);
});
