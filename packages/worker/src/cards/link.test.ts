import { richOf } from './markdown';
import { hostBeside, linkable } from './link';

it.each([
  'tg://resolve?domain=x',
  'javascript:alert(1)',
  'JavaScript:alert(1)',
  ' \tjavascript:alert(1)',
  'file:///etc/passwd',
  'data:text/html,<b>',
  'intent://x#Intent;end',
  'vscode://file/x',
  'ftp://example.org/',
  'ton://transfer/x',
  'src/a.ts',
  '/etc/passwd',
  '//example.org/x',
  'http://',
  `https://example.org/${'a'.repeat(3_000)}`,
])('makes no link of %j', (target) => {
  expect(linkable(target)).toBeNull();
  expect(richOf(`[label](<${target}>)`).entities).toEqual([]);
});

it.each([
  ['https://example.org', 'https://example.org/'],
  ['example.org', 'https://example.org/a?b'],
  ['www.example.org', 'https://www.example.org/'],
  ['example.org', 'https://www.example.org/'],
  ['the docs', 'https://example.org/a.b'],
  ['Version 2', 'https://example.org/'],
  ['https://example.org/a.b/c.d', 'https://example.org/a.b/c.d'],
  ['me@example.org', 'mailto:me@example.org'],
  ['write to me', 'mailto:me@example.org'],
])('shows %j for %j as it is', (label, url) => {
  expect(hostBeside(label, url)).toBe('');
});

it.each([
  ['google.com', 'https://evil.example/', 'evil.example'],
  ['https://google.com/login', 'https://evil.example/', 'evil.example'],
  ['Sign in at google.com now', 'https://evil.example/', 'evil.example'],
  ['google。com', 'https://evil.example/', 'evil.example'],
  ['google․com', 'https://evil.example/', 'evil.example'],
  ['GOOGLE．COM', 'https://evil.example/', 'evil.example'],
  ['goo\u200bgle', 'https://evil.example/', 'evil.example'],
  ['\u202emoc.elgoog', 'https://evil.example/', 'evil.example'],
  ['here', 'https://google.com@evil.example/', 'evil.example'],
  ['https://google.com@evil.example/', 'https://google.com@evil.example/', 'evil.example'],
  ['here', 'https://g\u043e\u043egle.com/', 'xn--ggle-55da.com'],
  ['google.com', 'https://google.com.evil.example/', 'google.com.evil.example'],
  ['google.com', 'https://goo%67le.com.evil.example/', 'google.com.evil.example'],
  ['google.com', 'https:\\\\evil.example\\google.com', 'evil.example'],
  ['google.com', 'https://evil.example./', 'evil.example.'],
  ['127.0.0.1', 'http://192.0.2.1/', '192.0.2.1'],
  ['127.0.0.1', 'http://0x7f000002/', '127.0.0.2'],
  ['join', 'https://t.me/proxy?server=x', 't.me'],
  ['me@example.org', 'mailto:you@evil.example', 'you@evil.example'],
])('shows the host beside %j for %j', (label, target, host) => {
  const url = linkable(target) ?? '';
  expect(hostBeside(label, url)).toBe(host);
  expect(richOf(`[${label}](<${target}>)`).text).toContain(`(${host})`);
});

it('shows the host in its direction, whatever comes before it', () => {
  expect(richOf('\u202e[google.com](https://evil.example)').text).toBe('google.com (evil.example)');
});

it('gives clients an address that they read alike', () => {
  expect(linkable('https:\\\\evil.example\\a')).toBe('https://evil.example/a');
  expect(linkable('https://EXAMPLE.org/a')).toBe('https://example.org/a');
  expect(linkable('https://goo%67le.com/')).toBe('https://google.com/');
});
