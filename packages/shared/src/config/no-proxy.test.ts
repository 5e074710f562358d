import { loadConfig } from './load';
import { proxyFor } from './no-proxy';

const TG_PROXY_URL = 'http://proxy.example:3128';
const route = (url: string, NO_PROXY: string) => proxyFor(url, { TG_PROXY_URL, NO_PROXY });

it.each([
  ['https://api.telegram.org', ''],
  ['https://api.telegram.org', 'telegram.org.evil.example, other.org'],
  ['https://api.telegram.org', 'gram.org'],
  ['http://127.0.0.1:8081', '127.0.0.1:8082'],
  ['http://[::1]:8081', '[::1]:80'],
  ['https://api.telegram.org', 'api.telegram.org:8443'],
  ['https://api.telegram.org', `${'.'.repeat(50_000)},:,[,[],${',:'.repeat(50_000)}`],
  ['not a url', '*'],
])('reaches %s through the proxy, although NO_PROXY is %.60j', (url, noProxy) => {
  expect(route(url, noProxy)).toBe(TG_PROXY_URL);
});

it.each([
  ['https://api.telegram.org', '*'],
  ['https://api.telegram.org', 'localhost, .Telegram.org'],
  ['https://api.telegram.org', '*.telegram.org'],
  ['https://API.telegram.org', 'telegram.org'],
  ['https://api.telegram.org', 'api.telegram.org:443'],
  ['http://127.0.0.1:8081', 'localhost 127.0.0.1'],
  ['http://127.0.0.1:8081/sub/path', '127.0.0.1:8081'],
  ['http://[::1]:8081', '::1'],
  ['http://[::1]:8081', '[::1]:8081'],
])('reaches %s directly, as NO_PROXY is %j', (url, noProxy) => {
  expect(route(url, noProxy)).toBe('');
});

it('has no proxy where none is set', () => {
  expect(proxyFor('https://api.telegram.org', { TG_PROXY_URL: '', NO_PROXY: 'x' })).toBe('');
});

it.each(['NO_PROXY', 'no_proxy'])('reads %s from the environment', (name) => {
  const loaded = loadConfig({ env: { [name]: 'mine.example' }, home: '/nonexistent' }, { needBot: false });
  expect(loaded.ok && loaded.config.NO_PROXY).toBe('mine.example');
});
