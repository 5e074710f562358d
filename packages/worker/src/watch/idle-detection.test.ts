import { newCard, type Card } from '../cards/model';
import type { LiveSession } from '../agents/agent';
import type { SessionInput } from '../sessions/machine/model';
import type { Session } from '../sessions/model';
import { createIdleDetection, SETTLE_MS, type IdleDetection } from './idle-detection';

const STARTED = 1_000;
let session: Session;
let live: LiveSession | null;
let asked: number;
let dispatched: SessionInput[];
let settling: IdleDetection;

const working = (card: Partial<Card> = {}): Session => ({
  id: 's',
  chatId: 7,
  name: 'demo',
  agent: 'claude',
  cwd: '/',
  createdAt: 0,
  phase: 'ready',
  card: {
    ...newCard({ session: 's', name: 'demo', agent: 'Claude Code' }),
    phase: 'working',
    turn: 3,
    startedAt: STARTED,
    ...card,
  },
});

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
  [session, live, asked, dispatched] = [working(), null, 0, []];
  settling = createIdleDetection({
    session: () => session,
    ask: () => {
      asked++;
      return Promise.resolve(live);
    },
    caughtUp: () => Promise.resolve(),
    dispatch: (_, inputs) => dispatched.push(...inputs),
    now: () => 9_000,
    log: () => undefined,
  });
});
afterEach(() => {
  settling.stop();
  expect(jest.getTimerCount()).toBe(0);
  jest.useRealTimers();
});

describe('settling a turn that no record ends', () => {
  it('ends it as interrupted when the agent says twice that it has been idle since', async () => {
    live = says('idle', STARTED + 500);
    settling.check('s');
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

  it('asks once more when the agent became idle only after its screen stood still', async () => {
    live = says('busy', STARTED);
    settling.check('s');
    await jest.advanceTimersByTimeAsync(0);
    live = says('idle', STARTED + 500);
    await jest.advanceTimersByTimeAsync(2 * SETTLE_MS);
    expect(dispatched).toHaveLength(1);
  });

  it('leaves a turn alone whose agent works, or shows a dialog, and stops asking', async () => {
    for (const status of ['busy', 'waiting'] as const) {
      live = says(status, STARTED + 500);
      settling.check('s');
      await jest.advanceTimersByTimeAsync(10 * SETTLE_MS);
    }
    expect(dispatched).toEqual([]);
    expect(asked).toBe(4);
  });

  it('leaves a turn alone that began after the agent was idle', async () => {
    live = says('idle', STARTED - 1);
    settling.check('s');
    await jest.advanceTimersByTimeAsync(10 * SETTLE_MS);
    expect(dispatched).toEqual([]);
  });

  it.each([
    ['a record ended it', () => (session = working({ phase: 'idle' }))],
    ['the next turn began', () => (session = working({ turn: 4 }))],
    ['the agent works again', () => (live = says('busy', STARTED + 600))],
    ['it was idle, worked and is idle anew', () => (live = says('idle', STARTED + 700))],
    ['the agent is gone', () => (live = null)],
    ['the session was released', () => settling.release('s')],
  ])('leaves it alone when meanwhile %s', async (_, meanwhile) => {
    live = says('idle', STARTED + 500);
    settling.check('s');
    await jest.advanceTimersByTimeAsync(1);
    meanwhile();
    await jest.advanceTimersByTimeAsync(10 * SETTLE_MS);
    expect(dispatched).toEqual([]);
  });

  it('asks nothing for an agent that does not tell, and one question at a time', async () => {
    live = says(undefined, STARTED + 500);
    for (let i = 0; i < 5; i++) settling.check('s');
    await jest.advanceTimersByTimeAsync(0);
    expect(asked).toBe(1);
    await jest.advanceTimersByTimeAsync(10 * SETTLE_MS);
    expect(dispatched).toEqual([]);
  });
});
