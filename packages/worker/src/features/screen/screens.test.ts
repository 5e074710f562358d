import { sessionWith } from '../../fixtures/session';
import type { NewView } from '../../outbox/model';
import { PanesError } from '../../terminal/panes';
import { createPanesRecorder, type PanesRecorder } from '../../fixtures/panes-recorder';
import type { Session } from '../../sessions/model';
import { createScreens, OFFER_MS, REFRESH_MS, type Screens } from './screens';
import { wordsIn } from '../../words/words';

const session = sessionWith({ id: 's1', phase: 'dialog', screens: 1 });

let panes: PanesRecorder;
let screens: Screens;
let queued: NewView[];
let drawn: number;
let paintError: Error | null;
let isRequest: boolean;
let responders: number[];
let current: Session;

beforeEach(async () => {
  jest.useFakeTimers();
  panes = createPanesRecorder();
  await panes.start(() => undefined);
  await panes.open({ session: 's1', name: 'demo', cwd: process.cwd(), argv: [process.execPath], env: {} });
  queued = [];
  drawn = 0;
  paintError = null;
  isRequest = false;
  responders = [7];
  current = session;
  screens = createScreens({
    registry: { get: () => current },
    viewers: { board: { responders: () => responders }, waiting: { isShown: () => isRequest } },
    drawing: {
      windows: panes,
      painter: {
        async paint({ lines }) {
          drawn++;
          if (paintError !== null) throw paintError;
          return Buffer.from(lines.join('\n'));
        },
      },
      people: { wordsOf: () => wordsIn('en'), preferences: { get: () => 'on' } },
    },
    outbox: { put: (view) => queued.push(view) },
    now: () => Date.now(),
    log: () => undefined,
  });
});
afterEach(() => {
  screens.stop();
  jest.useRealTimers();
});

const photo = (view: NewView | undefined): string => {
  const content = view?.view.parts[0]?.file?.content;
  return content !== undefined && 'bytes' in content ? Buffer.from(content.bytes).toString() : '';
};

describe('a screen in the chat', () => {
  it('comes immediately when the user asks: a photo with its text as caption, and the keyboard', async () => {
    panes.show('s1', ['Select model', ' ❯ 1. Default', '   2. Opus']);
    screens.show(session, true);
    await screens.idle();
    expect(queued).toHaveLength(1);
    expect(queued[0]).toMatchObject({ chatId: 7, key: 'screen:s1:1', silent: true });
    const part = queued[0]?.view.parts[0];
    expect(part?.file).toMatchObject({ as: 'photo', name: 'demo.png' });
    expect(part?.text).toContain('❯ 1. Default');
    expect(part?.text.length).toBeLessThanOrEqual(1_024);
    const labels = part?.buttons?.flat().map((button) => button.text);
    for (const key of ['←', '↑', '↓', '→', 'Esc', 'Tab', 'Space', '⏎ Enter', 'Ctrl-C', '0', '9'])
      expect(labels).toContain(key);
  });

  it('is offered with sound for a dialog that stays, and not for one that is gone by then', async () => {
    panes.show('s1', ['dialog']);
    screens.show(session, false);
    await jest.advanceTimersByTimeAsync(OFFER_MS - 1);
    expect(queued).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    expect(queued).toHaveLength(1);
    expect(queued[0]?.silent).toBeUndefined();
    const next = { ...session, screens: 2 };
    screens.show(next, false);
    screens.hide('s1');
    await jest.advanceTimersByTimeAsync(OFFER_MS);
    expect(queued).toHaveLength(1);
  });

  it('is not offered for a dialog that is shown as a request', async () => {
    isRequest = true;
    panes.show('s1', ['permission']);
    screens.show(session, false);
    await jest.advanceTimersByTimeAsync(OFFER_MS);
    expect(queued).toEqual([]);
    screens.show(session, true);
    await screens.idle();
    expect(queued).toHaveLength(1);
  });

  it('follows its changes in one message at a bounded rate, and is not drawn again when nothing changed', async () => {
    panes.show('s1', ['0']);
    screens.show(session, true);
    await screens.idle();
    for (let i = 1; i <= 20; i++) {
      panes.show('s1', [String(i)]);
      screens.show(session, false);
    }
    await jest.advanceTimersByTimeAsync(REFRESH_MS);
    expect(queued.map((view) => [view.key, photo(view)])).toEqual([
      ['screen:s1:1', '0'],
      ['screen:s1:1', '20'],
    ]);
    screens.show(session, true);
    await screens.idle();
    expect([queued.length, drawn]).toEqual([2, 2]);
  });

  it('shows the last state when a user asks while it is drawn', async () => {
    panes.show('s1', ['first']);
    screens.show(session, true);
    panes.show('s1', ['second']);
    screens.show(session, true);
    await screens.idle();
    expect(photo(queued.at(-1))).toBe('second');
  });

  it('does not appear when it was closed while it was drawn', async () => {
    panes.show('s1', ['x']);
    screens.show(session, true);
    screens.hide('s1');
    await screens.idle();
    await jest.advanceTimersByTimeAsync(0);
    expect(queued).toEqual([]);
  });

  it('of a dialog goes to every chat that may answer, drawn once, and to chats that join later', async () => {
    responders = [7, 8];
    panes.show('s1', ['dialog']);
    screens.show(session, true);
    await screens.idle();
    expect(queued.map(({ chatId, key }) => [chatId, key])).toEqual([
      [7, 'screen:s1:1'],
      [8, 'screen:s1:1'],
    ]);
    responders = [7, 8, 9];
    screens.hide('s1', 8);
    screens.show(session, true);
    await screens.idle();
    expect(queued.slice(2).map(({ chatId }) => chatId)).toEqual([9]);
    expect(drawn).toBe(2);
  });

  it('that a chat asked for is shown to that chat only', async () => {
    responders = [7, 8];
    panes.show('s1', ['at work']);
    current = { ...session, phase: 'ready', screenIn: [8] };
    screens.show(current, true);
    await screens.idle();
    expect(queued.map(({ chatId }) => chatId)).toEqual([8]);
  });

  it('comes as text when the picture cannot be drawn, and says why', async () => {
    paintError = new Error('the drawing program ended (SIGSEGV)');
    panes.show('s1', ['Login', '', 'https://example.org/x']);
    screens.show(session, true);
    await screens.idle();
    const text = queued[0]?.view.parts.map((part) => part.text).join('\n');
    expect(text).toContain('https://example.org/x');
    expect(text).toContain('I could not draw it: the drawing program ended (SIGSEGV).');
    expect(queued[0]?.view.parts.at(-1)?.buttons?.flat()).not.toHaveLength(0);
  });

  it('says that the window is gone when the user waits, and nothing when nobody asked', async () => {
    panes.failNext('capture', new PanesError('server-down', 'tmux ended'));
    screens.show(session, true);
    await screens.idle();
    expect(queued[0]?.view.parts[0]?.text).toContain('tmux ended');
    panes.failNext('capture', new PanesError('server-down', 'tmux ended'));
    screens.show({ ...session, screens: 2 }, false);
    await jest.advanceTimersByTimeAsync(OFFER_MS);
    expect(queued).toHaveLength(1);
  });

  it('keeps its caption within the limit, whatever is on the screen', async () => {
    panes.show(
      's1',
      Array.from({ length: 40 }, (_, i) => `${i} ${'🎉'.repeat(55)}`),
    );
    screens.show(session, true);
    await screens.idle();
    expect(queued[0]?.view.parts[0]?.text.length).toBeLessThanOrEqual(1_024);
    expect(queued[0]?.view.parts[0]?.text).not.toMatch(/[\ud800-\udbff](?![\udc00-\udfff])/);
  });
});
