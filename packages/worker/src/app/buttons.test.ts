import { BUTTON_DATA_MAX, buttonData, readButton } from '../cards/button';
import { KernelUnderTest } from '../fixtures/kernel';
import type { Intent } from '../chat/intents';
import { PHONE_KEYS } from '../features/screen/buttons';

const w = new KernelUnderTest();
beforeAll(() => w.open());
afterAll(() => w.close());

const session = Number.MAX_SAFE_INTEGER.toString(36);
const intents: Record<string, unknown>[] = [
  { do: 'list' },
  { do: 'browse', request: session, action: { to: 'start' } },
  { do: 'browse', request: session, action: { to: 'up' } },
  { do: 'browse', request: session, action: { to: 'recent' } },
  { do: 'browse', request: session, action: { to: 'write-path' } },
  { do: 'browse', request: session, action: { to: 'write-folder' } },
  { do: 'browse', request: session, action: { to: 'cancel' } },
  { do: 'browse', request: session, action: { to: 'open', index: 499 } },
  { do: 'browse', request: session, action: { to: 'page', index: 0 } },
  { do: 'browse', request: session, action: { to: 'resume', index: 2 } },
  { do: 'browse', request: session, action: { to: 'agent', agent: 'codex' } },
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
  { do: 'page', session, go: 'older' },
  { do: 'page', session, at: 9_999_999_999, part: 12, go: 'newer' },
  { do: 'more', session, on: false },
  { do: 'resume', session, when: 'never' },
  { do: 'restore-lost', at: 1_700_000_000_000 },
  { do: 'allow-all', session, how: 'minutes' },
  { do: 'adopt', stray: '12-3456789' },
  { do: 'close-stray', stray: '12-3456789', sure: true },
  { do: 'reveal', id: 'a'.repeat(24), part: 9_999, show: true },
  { do: 'offer', id: 'a'.repeat(24), send: false },
  { do: 'request', request: 999_999_999_999, action: { act: 'choose', question: 9, option: 99 } },
  ...PHONE_KEYS.map((key) => ({ do: 'key', session, key })),
];

/** The data of a button for an intent, by the command that answers it. */
function dataOf(intent: Record<string, unknown>): string {
  const kind = w.kernel.inbox.grammar.commands[String(intent['do'])]?.button;
  if (kind === undefined) throw new Error(`no button for ${String(intent['do'])}`);
  return buttonData(kind, intent as unknown as Intent);
}

const read = (data: string): Intent | null => readButton(w.kernel.inbox.grammar.byVerb, data);

describe('buttons of every feature', () => {
  it.each(intents.map((intent) => [JSON.stringify(intent), intent]))('read back %s', (_, intent) => {
    const data = dataOf(intent);
    expect(read(data)).toEqual(intent);
    expect(Buffer.byteLength(data)).toBeLessThanOrEqual(BUTTON_DATA_MAX);
  });

  it('keep the verbs that buttons of old messages carry', () => {
    expect(dataOf({ do: 'interrupt', session: 'a1' })).toBe('stop:a1');
    expect(dataOf({ do: 'kill', session: 'a1', sure: true })).toBe('kill:a1:yes');
    expect(dataOf({ do: 'request', request: 42, action: { act: 'allow' } })).toBe('ask:42:y');
    expect(dataOf({ do: 'retype', prompt: 42 })).toBe('again:42');
    expect(dataOf({ do: 'reveal', id: 'x', part: 0, show: true })).toBe('veil:x:0:show');
  });

  it('refuse what ccbot did not write', () => {
    expect(read('go')).toBeNull();
    expect(read('key:x:F13')).toBeNull();
    for (const act of ['', 'z', 'o', 'o-1', 'o1.5', 'ss', 'a', 'a/', 'p99999999'])
      expect(read(`dir:x:${act}`)).toBeNull();
    expect(read('🙂'.repeat(16))).toBeNull();
  });
});
