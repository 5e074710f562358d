import { sessionWith } from '../../fixtures/session';
import type { LiveSession } from '../../agents/agent';
import { PanesError, type Panes } from '../../terminal/panes';
import type { Session } from '../../sessions/model';
import { createStopping, STOP_PATIENCE_MS, type Stopping } from './stopping';

let session: Session;
let pressed: number;
/** What the agent's own file says. */
let live: LiveSession | null;
let settled: string[];
let trouble: PanesError | null;
let arriving: boolean;
let onPress: (press: number) => void;
let stopping: Stopping;

beforeEach(() => {
  jest.useFakeTimers();
  session = sessionWith({ id: 's1', card: { phase: 'working', turn: 3 } });
  [pressed, live, settled, trouble, onPress] = [0, null, [], null, () => undefined];
  arriving = false;
  const panes: Pick<Panes, 'type'> = {
    async type() {
      if (trouble !== null) throw trouble;
      onPress(++pressed);
    },
  };
  stopping = createStopping({
    panes,
    sessions: {
      get: () => session,
      agentOf: () => ({ interrupt: () => [{ kind: 'key', key: 'Escape' }] }),
      discover: async () => live,
      isArriving: () => arriving,
      settle: (id) => settled.push(id),
    },
    now: () => Date.now(),
  });
});
afterEach(() => jest.useRealTimers());

const idle = (statusAt: number): LiveSession => ({
  pid: 1,
  sessionId: 'x',
  cwd: '/',
  transcriptPath: '/t',
  status: 'idle',
  statusAt,
});
const showAnswer = (): void => {
  session = { ...session, card: { ...session.card, answered: { at: 1 } } };
};
const endTurn = (): void => {
  session = { ...session, card: { ...session.card, phase: 'idle' } };
};

describe('stopping an agent', () => {
  it('is over when its records tell of the interruption, and presses once', async () => {
    onPress = endTurn;
    await expect(stopping.interrupt('s1')).resolves.toEqual({ how: 'stopped' });
    expect(pressed).toBe(1);
  });

  it('presses nothing when the turn, whose answer is shown, ends in a moment', async () => {
    showAnswer();
    const result = stopping.interrupt('s1');
    await jest.advanceTimersByTimeAsync(300);
    endTurn();
    await jest.advanceTimersByTimeAsync(300);
    await expect(result).resolves.toEqual({ how: 'idle' });
    expect(pressed).toBe(0);
  });

  it('interrupts a turn that continues after its answer', async () => {
    showAnswer();
    onPress = endTurn;
    const result = stopping.interrupt('s1');
    await jest.advanceTimersByTimeAsync(3_000);
    await expect(result).resolves.toEqual({ how: 'stopped' });
    expect(pressed).toBe(1);
  });

  it('is over when the agent says that it is idle, although no record tells', async () => {
    onPress = () => (live = idle(Date.now()));
    await expect(stopping.interrupt('s1')).resolves.toEqual({ how: 'stopped' });
    expect(settled).toEqual(['s1']);
  });

  it('does not take a word from before the keys for evidence', async () => {
    live = idle(Date.now() - 1);
    const result = stopping.interrupt('s1');
    await jest.advanceTimersByTimeAsync(2 * STOP_PATIENCE_MS + 500);
    await expect(result).resolves.toEqual({ how: 'still-working' });
  });

  it('presses again when the first key was swallowed', async () => {
    onPress = (press) => press === 2 && endTurn();
    const result = stopping.interrupt('s1');
    await jest.advanceTimersByTimeAsync(STOP_PATIENCE_MS + 500);
    await expect(result).resolves.toEqual({ how: 'stopped' });
    expect(pressed).toBe(2);
  });

  it('says that the agent works on after two keys without effect, and presses no third one', async () => {
    const result = stopping.interrupt('s1');
    await jest.advanceTimersByTimeAsync(2 * STOP_PATIENCE_MS + 500);
    await expect(result).resolves.toEqual({ how: 'still-working' });
    expect(pressed).toBe(2);
  });

  it('presses nothing in an idle agent, where the key would mean something else', async () => {
    endTurn();
    live = idle(0);
    await expect(stopping.interrupt('s1')).resolves.toEqual({ how: 'idle' });
    expect(pressed).toBe(0);
  });

  it('is over when the dialog that it declined is gone', async () => {
    endTurn();
    session = { ...session, phase: 'dialog' };
    live = idle(0);
    onPress = () => (session = { ...session, phase: 'ready' });
    await expect(stopping.interrupt('s1')).resolves.toEqual({ how: 'stopped' });
    expect(pressed).toBe(1);
  });

  it('stops what was just typed and has left no record yet', async () => {
    endTurn();
    live = { ...idle(0), status: 'busy' };
    onPress = () => (live = idle(Date.now()));
    await expect(stopping.interrupt('s1')).resolves.toEqual({ how: 'stopped' });
  });

  it('waits for a prompt that is on its way, and stops the turn that it begins', async () => {
    endTurn();
    live = idle(0);
    arriving = true;
    const result = stopping.interrupt('s1');
    await jest.advanceTimersByTimeAsync(1_000);
    // A hook told that the agent has it, and neither its records nor its own report show a turn yet.
    arriving = false;
    await jest.advanceTimersByTimeAsync(500);
    expect(pressed).toBe(0);
    session = { ...session, card: { ...session.card, phase: 'working', turn: 4 } };
    onPress = endTurn;
    await jest.advanceTimersByTimeAsync(100);
    await expect(result).resolves.toEqual({ how: 'stopped' });
    expect(pressed).toBe(1);
  });

  it('waits for it also behind a turn whose answer is shown', async () => {
    showAnswer();
    arriving = true;
    const result = stopping.interrupt('s1');
    await jest.advanceTimersByTimeAsync(1_000);
    arriving = false;
    await jest.advanceTimersByTimeAsync(500);
    expect(pressed).toBe(0);
    const { answered: _, ...card } = session.card;
    session = { ...session, card: { ...card, turn: 4 } };
    onPress = endTurn;
    await jest.advanceTimersByTimeAsync(100);
    await expect(result).resolves.toEqual({ how: 'stopped' });
  });

  it('goes by what the agent shows when a prompt does not arrive', async () => {
    endTurn();
    live = idle(0);
    arriving = true;
    const result = stopping.interrupt('s1');
    await jest.advanceTimersByTimeAsync(STOP_PATIENCE_MS);
    await expect(result).resolves.toEqual({ how: 'idle' });
    expect(pressed).toBe(0);
  });

  it('does not wait for it while the agent works', async () => {
    arriving = true;
    onPress = endTurn;
    await expect(stopping.interrupt('s1')).resolves.toEqual({ how: 'stopped' });
  });

  it('presses the keys once where nobody can tell whether there is something to stop', async () => {
    endTurn();
    await expect(stopping.interrupt('s1')).resolves.toEqual({ how: 'stopped' });
    expect(pressed).toBe(1);
  });

  it('is one interruption however often it is asked for while it is under way', async () => {
    const both = [stopping.interrupt('s1'), stopping.interrupt('s1')];
    await jest.advanceTimersByTimeAsync(100);
    endTurn();
    await jest.advanceTimersByTimeAsync(STOP_PATIENCE_MS);
    await expect(Promise.all(both)).resolves.toEqual([{ how: 'stopped' }, { how: 'stopped' }]);
    expect(pressed).toBe(1);
  });

  it('says why when the keys cannot be pressed', async () => {
    trouble = new PanesError('server-down', 'tmux is gone');
    await expect(stopping.interrupt('s1')).resolves.toEqual({ how: 'failed', reason: 'tmux is gone' });
  });
});
