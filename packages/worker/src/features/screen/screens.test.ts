import { newCard } from '../../cards/model';
import type { QueuedView } from '../../outbox/model';
import { PanesError } from '../../terminal/panes';
import { createPanesRecorder, type PanesRecorder } from '../../fixtures/panes-recorder';
import type { Session } from '../../sessions/model';
import { createScreens, OFFER_MS, REFRESH_MS, type Screens } from './screens';
import { wordsIn } from '../../words/words';

const session: Session = {
  id: 's1',
  chatId: 7,
  name: 'demo',
  agent: 'claude',
  cwd: '/',
  createdAt: 0,
  phase: 'dialog',
  screens: 1,
  card: newCard({ session: 's1', name: 'demo', agent: 'Claude Code' }),
};

let panes: PanesRecorder;
let screens: Screens;
let wanted: QueuedView[];
let drawn: number;
let trouble: Error | null;
let elsewhere: boolean;
let responders: number[];
let current: Session;

beforeEach(async () => {
  jest.useFakeTimers();
  panes = createPanesRecorder();
  await panes.start(() => undefined);
  await panes.open({ session: 's1', name: 'demo', cwd: process.cwd(), argv: [process.execPath], env: {} });
  [wanted, drawn, trouble, elsewhere, responders, current] = [[], 0, null, false, [7], session];
  screens = createScreens({
    wordsOf: () => wordsIn('en'),
    pictures: () => true,
    responders: () => responders,
    panes,
    painter: {
      async paint({ lines }) {
        drawn++;
        if (trouble !== null) throw trouble;
        return Buffer.from(lines.join('\n'));
      },
    },
    session: () => current,
    answeredElsewhere: () => elsewhere,
    put: (wish) => wanted.push(wish),
    now: () => Date.now(),
    log: () => undefined,
  });
});
afterEach(() => {
  screens.stop();
  jest.useRealTimers();
});

const photo = (wish: QueuedView | undefined): string => {
  const content = wish?.view.parts[0]?.file?.content;
  return content !== undefined && 'bytes' in content ? Buffer.from(content.bytes).toString() : '';
};

describe('a screen in the chat', () => {
  it('comes at once when the person asks: a photo with its text as caption, and the keyboard', async () => {
    panes.show('s1', ['Select model', ' ❯ 1. Default', '   2. Opus']);
    screens.show(session, true);
    await screens.idle();
    expect(wanted).toHaveLength(1);
    expect(wanted[0]).toMatchObject({ chatId: 7, key: 'screen:s1:1', silent: true });
    const part = wanted[0]?.view.parts[0];
    expect(part?.file).toMatchObject({ as: 'photo', name: 'demo.png' });
    expect(part?.text).toContain('❯ 1. Default');
    expect(part?.text.length).toBeLessThanOrEqual(1_024);
    const labels = part?.buttons?.flat().map((button) => button.text);
    for (const key of ['←', '↑', '↓', '→', 'Esc', 'Tab', 'Space', '⏎ Enter', 'Ctrl-C', '0', '9'])
      expect(labels).toContain(key);
  });

  it('is offered for a dialog that stays, with sound, and not for one that is gone by then', async () => {
    panes.show('s1', ['dialog']);
    screens.show(session, false);
    await jest.advanceTimersByTimeAsync(OFFER_MS - 1);
    expect(wanted).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    expect(wanted).toHaveLength(1);
    expect(wanted[0]?.silent).toBeUndefined();
    const next = { ...session, screens: 2 };
    screens.show(next, false);
    screens.hide('s1');
    await jest.advanceTimersByTimeAsync(OFFER_MS);
    expect(wanted).toHaveLength(1);
  });

  it('is not offered for a dialog that is put before the person in a better way', async () => {
    elsewhere = true;
    panes.show('s1', ['permission']);
    screens.show(session, false);
    await jest.advanceTimersByTimeAsync(OFFER_MS);
    expect(wanted).toEqual([]);
    screens.show(session, true);
    await screens.idle();
    expect(wanted).toHaveLength(1);
  });

  it('follows what moves on it at a bounded rate, on one message, and is not drawn again when nothing changed', async () => {
    panes.show('s1', ['0']);
    screens.show(session, true);
    await screens.idle();
    for (let i = 1; i <= 20; i++) {
      panes.show('s1', [String(i)]);
      screens.show(session, false);
    }
    await jest.advanceTimersByTimeAsync(REFRESH_MS);
    expect(wanted.map((wish) => [wish.key, photo(wish)])).toEqual([
      ['screen:s1:1', '0'],
      ['screen:s1:1', '20'],
    ]);
    screens.show(session, true);
    await screens.idle();
    expect([wanted.length, drawn]).toEqual([2, 2]);
  });

  it('shows the last state when it is asked for while it is being drawn', async () => {
    panes.show('s1', ['first']);
    screens.show(session, true);
    panes.show('s1', ['second']);
    screens.show(session, true);
    await screens.idle();
    expect(photo(wanted.at(-1))).toBe('second');
  });

  it('is not put into the chat when it was closed while it was drawn', async () => {
    panes.show('s1', ['x']);
    screens.show(session, true);
    screens.hide('s1');
    await screens.idle();
    await jest.advanceTimersByTimeAsync(0);
    expect(wanted).toEqual([]);
  });

  it('of a dialog is before everybody who may answer it, drawn once, and before who comes to it later', async () => {
    responders = [7, 8];
    panes.show('s1', ['dialog']);
    screens.show(session, true);
    await screens.idle();
    expect(wanted.map(({ chatId, key }) => [chatId, key])).toEqual([
      [7, 'screen:s1:1'],
      [8, 'screen:s1:1'],
    ]);
    responders = [7, 8, 9];
    screens.hide('s1', 8);
    screens.show(session, true);
    await screens.idle();
    expect(wanted.slice(2).map(({ chatId }) => chatId)).toEqual([9]);
    expect(drawn).toBe(2);
  });

  it('that was asked for is shown to who asked, and to nobody else', async () => {
    responders = [7, 8];
    panes.show('s1', ['at work']);
    current = { ...session, phase: 'ready', screenIn: [8] };
    screens.show(current, true);
    await screens.idle();
    expect(wanted.map(({ chatId }) => chatId)).toEqual([8]);
  });

  it('comes as text where no picture can be made, and says why', async () => {
    trouble = new Error('the drawing program ended (SIGSEGV)');
    panes.show('s1', ['Login', '', 'https://example.org/x']);
    screens.show(session, true);
    await screens.idle();
    const text = wanted[0]?.view.parts.map((part) => part.text).join('\n');
    expect(text).toContain('https://example.org/x');
    expect(text).toContain('no picture could be made (the drawing program ended (SIGSEGV))');
    expect(wanted[0]?.view.parts.at(-1)?.buttons?.flat()).not.toHaveLength(0);
  });

  it('says so when the window is gone and the person waits, and nothing when nobody asked', async () => {
    panes.failNext('capture', new PanesError('server-down', 'tmux ended'));
    screens.show(session, true);
    await screens.idle();
    expect(wanted[0]?.view.parts[0]?.text).toContain('tmux ended');
    panes.failNext('capture', new PanesError('server-down', 'tmux ended'));
    screens.show({ ...session, screens: 2 }, false);
    await jest.advanceTimersByTimeAsync(OFFER_MS);
    expect(wanted).toHaveLength(1);
  });

  it('keeps a caption within its limit, whatever is on the screen', async () => {
    panes.show(
      's1',
      Array.from({ length: 40 }, (_, i) => `${i} ${'🎉'.repeat(55)}`),
    );
    screens.show(session, true);
    await screens.idle();
    expect(wanted[0]?.view.parts[0]?.text.length).toBeLessThanOrEqual(1_024);
    expect(wanted[0]?.view.parts[0]?.text).not.toMatch(/[\ud800-\udbff](?![\udc00-\udfff])/);
  });
});
