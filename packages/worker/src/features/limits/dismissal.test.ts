import { sessionWith } from '../../fixtures/session';
import type { Session } from '../../sessions/model';
import { PanesError } from '../../terminal/panes';
import {
  createDismissal,
  LOOK_EVERY_MS,
  LOOKING_MS,
  RECENT_MS,
  type Dismissal,
  type DismissalDeps,
} from './dismissal';

const NOW = 1_000_000;
const limited = { at: NOW, resume: true, over: false };

let session: Session;
let typed: number;
let refuses: boolean;
let logged: number;
let dismissal: Dismissal;

beforeEach(() => {
  jest.useFakeTimers();
  session = sessionWith({ limited });
  typed = 0;
  refuses = false;
  logged = 0;
  const windows: DismissalDeps['windows'] = {
    async type() {
      typed++;
      if (refuses) throw new PanesError('no-such-session', 's');
      session = { ...session, phase: 'ready' };
    },
  };
  dismissal = createDismissal({
    registry: { live: () => [session] },
    windows,
    agents: { of: () => ({ interrupt: () => [] }) as never },
    screenReader: { read: async () => ({ session, screen: { rows: [], firm: [] } }) },
    now: () => NOW,
    log: () => logged++,
  });
});
afterEach(() => {
  dismissal.stop();
  jest.useRealTimers();
});

const pass = (ms: number): Promise<void> => jest.advanceTimersByTimeAsync(ms);
const opensDialog = (): void => void (session = { ...session, phase: 'dialog' });

it('closes the dialog when it comes up, also late, and one that did not take the key', async () => {
  dismissal.dismiss(session);
  await pass(LOOKING_MS - 3 * LOOK_EVERY_MS);
  expect(typed).toBe(0);
  opensDialog();
  await pass(LOOK_EVERY_MS);
  expect(typed).toBe(1);
  opensDialog();
  await pass(LOOK_EVERY_MS);
  expect(typed).toBe(2);
});

it('leaves alone what is shown later, or after the session continues', async () => {
  dismissal.dismiss(session);
  await pass(LOOKING_MS);
  opensDialog();
  await pass(LOOKING_MS);
  dismissal.dismiss(session);
  session = sessionWith({ phase: 'dialog' });
  await pass(LOOKING_MS);
  expect(typed).toBe(0);
});

it.each<[string, Partial<typeof limited>, number]>([
  ['closes the dialog of a limit reached just before', {}, 1],
  ['leaves alone a session whose limit has reset', { over: true }, 0],
  [
    'leaves alone a limit of long ago, since when the user may have opened a dialog',
    { at: NOW - RECENT_MS },
    0,
  ],
])('after a restart of the worker %s', async (_, more, times) => {
  session = sessionWith({ limited: { ...limited, ...more }, phase: 'dialog' });
  dismissal.start();
  await pass(LOOKING_MS);
  expect(typed).toBe(times);
});

it('ends when the window is gone', async () => {
  refuses = true;
  opensDialog();
  dismissal.dismiss(session);
  await pass(LOOKING_MS);
  expect([typed, logged]).toEqual([1, 0]);
});

it('ends when the worker stops', async () => {
  opensDialog();
  dismissal.dismiss(session);
  dismissal.stop();
  await pass(LOOKING_MS);
  expect(typed).toBe(0);
});
