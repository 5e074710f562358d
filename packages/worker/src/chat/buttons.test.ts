import { BUTTON_DATA_MAX, buttonData, parseButton, type ButtonIntent } from './buttons';
import { PHONE_KEYS } from './intents';

const session = Number.MAX_SAFE_INTEGER.toString(36);
const intents: ButtonIntent[] = [
  { do: 'list' },
  { do: 'browse', request: session, act: { to: 'start' } },
  { do: 'browse', request: session, act: { to: 'up' } },
  { do: 'browse', request: session, act: { to: 'recent' } },
  { do: 'browse', request: session, act: { to: 'write-path' } },
  { do: 'browse', request: session, act: { to: 'write-folder' } },
  { do: 'browse', request: session, act: { to: 'cancel' } },
  { do: 'browse', request: session, act: { to: 'open', index: 499 } },
  { do: 'browse', request: session, act: { to: 'page', index: 0 } },
  { do: 'browse', request: session, act: { to: 'resume', index: 2 } },
  { do: 'browse', request: session, act: { to: 'agent', agent: 'codex' } },
  { do: 'handover', session, agent: 'codex' },
  { do: 'switch', session },
  { do: 'history', session, page: 0 },
  { do: 'history', session, page: 123_456 },
  { do: 'export', session },
  { do: 'interrupt', session },
  { do: 'screen', session },
  { do: 'refresh', session },
  { do: 'hide', session },
  { do: 'login' },
  { do: 'login', session },
  { do: 'login', sure: true },
  { do: 'login', session, sure: true },
  { do: 'login-cancel' },
  { do: 'kill', session, sure: false },
  { do: 'kill', session, sure: true },
  { do: 'retype', prompt: 999_999_999_999 },
  { do: 'drop', prompt: 1 },
  ...PHONE_KEYS.map((key) => ({ do: 'key', session, key }) as const),
];

describe('buttons', () => {
  it.each(intents.map((intent) => [buttonData(intent), intent] as const))('reads back %s', (data, intent) => {
    expect(parseButton(data)).toEqual(intent);
    expect(Buffer.byteLength(data)).toBeLessThanOrEqual(BUTTON_DATA_MAX);
  });

  it('refuses what it did not write', () => {
    expect(parseButton('go')).toBeNull();
    expect(parseButton('key:x:F13')).toBeNull();
    for (const act of ['', 'z', 'o', 'o-1', 'o1.5', 'ss', 'a', 'a/', 'p99999999'])
      expect(parseButton(`dir:x:${act}`)).toBeNull();
    expect(parseButton('🙂'.repeat(16))).toBeNull();
  });
});
