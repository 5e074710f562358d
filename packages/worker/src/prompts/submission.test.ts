import type { Session } from '../sessions/model';
import type { InputLine } from '../agents/agent';
import type { Prompt } from './model';
import { createSubmission, DOUBT_MS, CHECKS_MS, type Submission } from './submission';

const PROMPT: Prompt = { id: 1, session: 's', chatId: 7, messageId: 1, text: 'one', state: 'typed' };

/** What the input line holds; null: there is no such line. */
let line: InputLine | null;
const HELD: InputLine = { is: 'prompt', prompt: 0, whole: true, clearing: [] };
let isConfirmed: boolean;
let events: string[];
let submission: Submission;

beforeEach(() => {
  jest.useFakeTimers();
  line = { is: 'empty' };
  isConfirmed = false;
  events = [];
  submission = createSubmission({
    queue: { isOpen: () => !isConfirmed },
    input: {
      liveSession: () => ({}) as Session,
      lineWith: () => Promise.resolve(line),
      submit: () => Promise.resolve(void events.push('Enter')),
    },
    listener: {
      onLeft: () => void events.push('left'),
      onPressedAgain: () => undefined,
      onStuck: () => void events.push('stuck'),
      onSilence: () => void events.push('silence'),
    },
    log: () => undefined,
  });
});
afterEach(() => {
  submission.stop();
  expect(jest.getTimerCount()).toBe(0);
  jest.useRealTimers();
});

const pass = (ms: number): Promise<void> => jest.advanceTimersByTimeAsync(ms);

describe('the watching of a typed prompt', () => {
  it('ends immediately when the agent confirms the prompt', async () => {
    line = HELD;
    submission.watch(PROMPT, true);
    await pass(20);
    expect(submission.watches('s')).toBe(true);
    isConfirmed = true;
    line = { is: 'empty' };
    submission.confirmed(PROMPT.id);
    await pass(0);
    expect(events).toEqual(['left']);
    expect(submission.watches('s')).toBe(false);
  });

  it('ends at the first check if there is no input line, and waits for none to be drawn', async () => {
    line = null;
    submission.watch(PROMPT, true);
    await pass(CHECKS_MS[0] ?? 0);
    expect(events).toEqual(['left']);
    await pass(DOUBT_MS);
    expect(events).toEqual(['left', 'silence']);
  });

  it('awaits an empty line that has not shown the prompt yet, until there is a sign of it', async () => {
    submission.watch(PROMPT, false);
    await pass(CHECKS_MS[3] ?? 0);
    expect(events).toEqual([]);
    isConfirmed = true;
    submission.confirmed(PROMPT.id);
    await pass(0);
    expect(events).toEqual(['left']);
  });

  it('ends at the last check when the line never shows the prompt', async () => {
    submission.watch(PROMPT, false);
    await pass((CHECKS_MS.at(-1) ?? 0) + DOUBT_MS);
    expect(events).toEqual(['left', 'silence']);
  });

  it('presses Enter again as long as the line holds it', async () => {
    line = HELD;
    submission.watch(PROMPT, true);
    await pass(CHECKS_MS[2] ?? 0);
    expect(events).toEqual(['Enter']);
    line = { is: 'empty' };
    await pass(CHECKS_MS[3] ?? 0);
    expect(events).toEqual(['Enter', 'left']);
  });

  it('asks about one that left the line in an earlier run, once nothing shows it for a while', async () => {
    submission.left(PROMPT);
    expect(events).toEqual(['left']);
    await pass(DOUBT_MS);
    expect(events).toEqual(['left', 'silence']);
  });
});
