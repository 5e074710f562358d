import { sessionWith } from '../fixtures/session';
import type { Card } from '../cards/model';
import type { LiveSession } from '../agents/agent';
import type { SessionInput } from '../sessions/machine/model';
import type { Session } from '../sessions/model';
import { createIdleDetection, SETTLE_MS, type IdleDetection } from './idle-detection';

const STARTED = 1_000;
let session: Session;
let live: LiveSession | null;
let asked: number;
let dispatched: SessionInput[];
let idle: IdleDetection;

const working = (card: Partial<Card> = {}): Session =>
  sessionWith({ card: { phase: 'working', turn: 3, startedAt: STARTED, ...card } });

const says = (status: LiveSession['status'], statusAt: number): LiveSession => ({
  pid: 1,
  sessionId: 'x',
  cwd: '/',
  transcriptPath: '/x',
  ...(status === undefined ? {} : { status }),
  statusAt,
});

beforeEach(() => {
  jest.useFakeTimers();
  session = working();
  live = null;
  asked = 0;
  dispatched = [];
  idle = createIdleDetection({
    registry: { get: () => session, dispatch: (_, inputs) => dispatched.push(...inputs) },
    windows: {
      discover() {
        asked++;
        return Promise.resolve(live);
      },
    },
    follower: { caughtUp: () => Promise.resolve() },
    now: () => 9_000,
    log: () => undefined,
  });
});
afterEach(() => {
  idle.stop();
  expect(jest.getTimerCount()).toBe(0);
  jest.useRealTimers();
});

describe('a turn that no record ends', () => {
  it('ends as interrupted when the agent reports twice that it is idle', async () => {
    live = says('idle', STARTED + 500);
    idle.check('s');
    await jest.advanceTimersByTimeAsync(SETTLE_MS - 1);
    expect(dispatched).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    expect(dispatched).toEqual([
      {
        type: 'observed',
        at: 9_000,
        event: { type: 'turn.ended', at: STARTED + 500, how: 'interrupted' },
      },
    ]);
  });

  it('ends as done when a hook reported its end, as in an agent team, whose records do not', async () => {
    live = says('idle', STARTED + 500);
    idle.stopped('s', STARTED + 490);
    await jest.advanceTimersByTimeAsync(SETTLE_MS);
    expect(dispatched).toMatchObject([{ event: { type: 'turn.ended', how: 'done' } }]);
    // The hook of an earlier turn says nothing of this one.
    session = working({ turn: 4, startedAt: STARTED + 1_000 });
    live = says('idle', STARTED + 2_000);
    idle.check('s');
    await jest.advanceTimersByTimeAsync(SETTLE_MS);
    expect(dispatched.at(-1)).toMatchObject({ event: { how: 'interrupted' } });
  });

  it('is asked about once more when the agent becomes idle only after its screen stopped changing', async () => {
    live = says('busy', STARTED);
    idle.check('s');
    await jest.advanceTimersByTimeAsync(0);
    live = says('idle', STARTED + 500);
    await jest.advanceTimersByTimeAsync(2 * SETTLE_MS);
    expect(dispatched).toHaveLength(1);
  });

  it('continues while the agent works or shows a dialog, and is asked about no more', async () => {
    for (const status of ['busy', 'waiting'] as const) {
      live = says(status, STARTED + 500);
      idle.check('s');
      await jest.advanceTimersByTimeAsync(10 * SETTLE_MS);
    }
    expect(dispatched).toEqual([]);
    expect(asked).toBe(4);
  });

  it('continues if it began after the agent was idle', async () => {
    live = says('idle', STARTED - 1);
    idle.check('s');
    await jest.advanceTimersByTimeAsync(10 * SETTLE_MS);
    expect(dispatched).toEqual([]);
  });

  it.each([
    ['a record ended it', () => (session = working({ phase: 'idle' }))],
    ['the next turn began', () => (session = working({ turn: 4 }))],
    ['the agent works again', () => (live = says('busy', STARTED + 600))],
    ['it was idle, worked and is idle again', () => (live = says('idle', STARTED + 700))],
    ['the agent is gone', () => (live = null)],
    ['the session was released', () => idle.release('s')],
  ])('continues when meanwhile %s', async (_, meanwhile) => {
    live = says('idle', STARTED + 500);
    idle.check('s');
    await jest.advanceTimersByTimeAsync(1);
    meanwhile();
    await jest.advanceTimersByTimeAsync(10 * SETTLE_MS);
    expect(dispatched).toEqual([]);
  });

  it('continues if the agent does not report its state, which is asked for once at a time', async () => {
    live = says(undefined, STARTED + 500);
    for (let i = 0; i < 5; i++) idle.check('s');
    await jest.advanceTimersByTimeAsync(0);
    expect(asked).toBe(1);
    await jest.advanceTimersByTimeAsync(10 * SETTLE_MS);
    expect(dispatched).toEqual([]);
  });
});
