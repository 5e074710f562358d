import { BUTTON_DATA_MAX, buttonData, NONCE, readButton, type ButtonKind } from '../cards/button';
import { KernelUnderTest } from '../fixtures/kernel';
import { OtherMachines } from '../fixtures/other-machines';
import type { Intent } from '../chat/intents';
import { PHONE_KEYS } from '../features/screen/buttons';

const w = new KernelUnderTest();
// With every command, those of a cluster included.
w.others = new OtherMachines('ada', 'gpu');
beforeAll(() => w.open());
afterAll(() => w.close());

const nonce = 'n'.repeat(16);
const session = Number.MAX_SAFE_INTEGER.toString(36);
const intents: Record<string, unknown>[] = [
  { do: 'list' },
  { do: 'inbox' },
  { do: 'help', of: session, section: 'sessions' },
  { do: 'settings', command: session, page: 'root', set: { key: 'allow-minutes', value: '60' } },
  { do: 'archive', page: 3 },
  { do: 'archived', session },
  { do: 'restore', session },
  { do: 'forget', session, sure: true },
  { do: 'clear', session, sure: true },
  { do: 'browse', request: session, listing: 999_999, action: { to: 'start' } },
  { do: 'browse', request: session, listing: 999_999, action: { to: 'up' } },
  { do: 'browse', request: session, listing: 999_999, action: { to: 'recent' } },
  { do: 'browse', request: session, listing: 999_999, action: { to: 'write-path' } },
  { do: 'browse', request: session, listing: 999_999, action: { to: 'write-folder' } },
  { do: 'browse', request: session, listing: 999_999, action: { to: 'cancel' } },
  { do: 'browse', request: session, listing: 999_999, action: { to: 'open', index: 499 } },
  { do: 'browse', request: session, listing: 999_999, action: { to: 'page', index: 0 } },
  { do: 'browse', request: session, listing: 999_999, action: { to: 'resume', index: 2 } },
  { do: 'browse', request: session, listing: 999_999, action: { to: 'agent', agent: 'codex' } },
  { do: 'discard-kept' },
  { do: 'handover', session, agent: 'codex' },
  { do: 'handover-move', nonce, go: true },
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
  { do: 'save-text', prompt: 999_999_999_999_999 },
  { do: 'page', session, go: 'older' },
  { do: 'page', session, at: 9_999_999_999, part: 12, go: 'newer' },
  { do: 'more', session, on: false },
  { do: 'resume', session, when: 'never' },
  { do: 'start-on', host: 'h'.repeat(32), nonce },
  { do: 'default-host', of: session, machine: 'h'.repeat(32) },
  { do: 'default-host', of: session },
  { do: 'show-waiting', session },
  { do: 'restore-lost', at: 1_700_000_000_000 },
  { do: 'allow-all', session, how: 'minutes' },
  { do: 'adopt', stray: '12-3456789' },
  { do: 'missing', session, pid: 4_194_304, action: 'adopt' },
  { do: 'close-stray', stray: '12-3456789', sure: true },
  { do: 'reveal', id: 'a'.repeat(24), part: 9_999, show: true },
  { do: 'offer', id: 'a'.repeat(24), send: false },
  { do: 'request', request: 999_999_999_999_999, nonce, action: { act: 'choose', question: 9, option: 99 } },
  ...PHONE_KEYS.map((key) => ({ do: 'key', session, key })),
];

function kindFor(intent: Record<string, unknown>): ButtonKind<Intent> {
  const kind = w.kernel.inbox.grammar.commands[String(intent['do'])]?.button;
  if (kind === undefined) throw new Error(`no button for ${String(intent['do'])}`);
  return kind;
}

/** The data of a button for an intent, by the command that answers it. */
function dataOf(intent: Record<string, unknown>): string {
  return buttonData(kindFor(intent), intent as unknown as Intent);
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
    expect(dataOf({ do: 'request', request: 42, nonce, action: { act: 'allow' } })).toBe(`ask:42:${nonce}:y`);
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

/** The numbers in an intent, as paths to them. */
function numbersIn(value: unknown, path: string): string[] {
  if (typeof value === 'number') return [path];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => numbersIn(inner, `${path}.${key}`));
}

describe('a tap on a message that this database did not post', () => {
  const guarded = (): Record<string, unknown>[] =>
    intents.filter((intent) => kindFor(intent).counts !== 'any');

  it('is decided for every kind of button there is', () => {
    const shown = new Set(intents.map((intent) => intent['do']));
    const all = Object.entries(w.kernel.inbox.grammar.commands).filter(
      ([, { button }]) => button !== undefined,
    );
    expect(all.map(([name]) => name).filter((name) => !shown.has(name))).toEqual([]);
  });

  it('never counts if the button names a number', () => {
    const unguarded = intents.filter((intent) => kindFor(intent).counts === 'any');
    expect(unguarded.flatMap((intent) => numbersIn(intent, String(intent['do'])))).toEqual([]);
  });

  it('never counts if the button answers a question, presses a key or lets something run', () => {
    const answers = ['request', 'key', 'retype', 'drop', 'resume', 'allow-all', 'kill', 'clear', 'forget'];
    const rest = ['handover-move', 'adopt', 'close-stray', 'login', 'login-cancel', 'browse', 'reveal'];
    const names = new Set(guarded().map((intent) => intent['do']));
    expect([...answers, ...rest].filter((name) => !names.has(name))).toEqual([]);
  });

  it('carries a random value of at least 64 bits where a number lets something run', () => {
    const request = intents.find((intent) => intent['do'] === 'request') ?? {};
    expect(kindFor(request).counts).toBe('nonce');
    for (const short of ['', 'n'.repeat(15)]) expect(NONCE.test(short)).toBe(false);
    expect(read(dataOf({ ...request, nonce: 'n'.repeat(15) }))).toBeNull();
  });

  it.each(intents.map((intent) => [JSON.stringify(intent), intent]))(
    'runs nothing of %s',
    async (_, intent) => {
      if (kindFor(intent).counts === 'any') return;
      const command = w.kernel.inbox.grammar.commands[String(intent['do'])];
      if (command === undefined) throw new Error('no command');
      const run = jest.spyOn(command, 'run');
      const id = `old-${JSON.stringify(intent)}`;
      w.telegram.state.addUpdate({
        callback_query: {
          id,
          from: { id: 7, is_bot: false, first_name: 'P' },
          chat_instance: '7',
          data: dataOf(intent),
          message: { message_id: 1, date: 0, chat: { id: 7, type: 'private' } },
        },
      });
      const answer = await w.until(() =>
        w.telegram.calls.find(
          ({ method, params }) => method === 'answerCallbackQuery' && params['callback_query_id'] === id,
        ),
      );
      const why = intent['do'] === 'key' ? 'That screen is gone' : 'so your tap did nothing';
      expect(answer.params['text']).toContain(why);
      expect(run).not.toHaveBeenCalled();
      run.mockRestore();
    },
  );
});
