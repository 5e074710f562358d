import type { Keystroke } from './model';
import { SIGNAL_PAUSE_MS, typeInTurn } from './signals';
import { createTurns } from './turns';

const CTRL_C: Keystroke = { kind: 'key', key: 'C-c' };
const ENTER: Keystroke = { kind: 'key', key: 'Enter' };
let typed: string[];
let type: (session: string, ...keys: Keystroke[]) => Promise<void>;

beforeEach(() => {
  jest.useFakeTimers();
  typed = [];
  const turns = createTurns();
  type = (session, ...keys) =>
    typeInTurn(turns, session, keys, async () => {
      typed.push(session);
    });
});
afterEach(() => jest.useRealTimers());

describe('after Ctrl-C', () => {
  it('types into the same session once its program had time to deal with the signal', async () => {
    const pressed = type('a', CTRL_C);
    const next = type('a', ENTER);
    await pressed;
    await jest.advanceTimersByTimeAsync(SIGNAL_PAUSE_MS - 1);
    expect(typed).toEqual(['a']);
    await jest.advanceTimersByTimeAsync(1);
    await next;
    expect(typed).toEqual(['a', 'a']);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('lets the next Ctrl-C wait as well, and types into other sessions at once', async () => {
    void type('a', CTRL_C);
    void type('a', CTRL_C);
    await type('b', ENTER);
    expect(typed).toEqual(['a', 'b']);
    await jest.advanceTimersByTimeAsync(SIGNAL_PAUSE_MS);
    expect(typed).toEqual(['a', 'b', 'a']);
  });

  it('waits also where the key could not be pressed', async () => {
    const turns = createTurns();
    const refused = typeInTurn(turns, 'a', [CTRL_C], () => Promise.reject(new Error('no window')));
    const next = turns.take('a', () => Promise.resolve('typed'));
    await expect(refused).rejects.toThrow('no window');
    await jest.advanceTimersByTimeAsync(SIGNAL_PAUSE_MS);
    await expect(next).resolves.toBe('typed');
  });
});

it('waits after no other key', async () => {
  await type('a', ENTER);
  await type('a', ENTER);
  expect(typed).toEqual(['a', 'a']);
  expect(jest.getTimerCount()).toBe(0);
});
