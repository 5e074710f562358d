import type { Session } from '../sessions/model';
import type { Prompt } from './model';
import { createSubmission, DOUBT_MS, CHECKS_MS, type Submission } from './submission';

const PROMPT: Prompt = { id: 1, session: 's', chatId: 7, messageId: 1, text: 'one', state: 'typed' };

/** Whether the input line holds the prompt; null: there is no such line. */
let isHeld: boolean | null;
let isConfirmed: boolean;
let events: string[];
let submission: Submission;

beforeEach(() => {
  jest.useFakeTimers();
  isHeld = false;
  isConfirmed = false;
  events = [];
  submission = createSubmission({
    queue: { isOpen: () => !isConfirmed },
    input: {
      liveSession: () => ({}) as Session,
      holds: () => Promise.resolve(isHeld),
      submit: () => Promise.resolve(void events.push('Enter')),
    },
    listener: {
      onLeft: () => void events.push('left'),
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
    submission.watch(PROMPT);
    await pass(20);
    expect(submission.watches('s')).toBe(true);
    isConfirmed = true;
    submission.confirmed(PROMPT.id);
    await pass(0);
    expect(events).toEqual(['left']);
    expect(submission.watches('s')).toBe(false);
  });

  it('ends at the first check if there is no input line, and waits for none to be drawn', async () => {
    isHeld = null;
    submission.watch(PROMPT);
    await pass(CHECKS_MS[0] ?? 0);
    expect(events).toEqual(['left']);
    await pass(DOUBT_MS);
    expect(events).toEqual(['left', 'silence']);
  });

  it('continues while the text may not be drawn yet and the agent has not confirmed it', async () => {
    submission.watch(PROMPT);
    await pass(CHECKS_MS[1] ?? 0);
    expect(events).toEqual([]);
    await pass(CHECKS_MS[2] ?? 0);
    expect(events).toEqual(['left']);
  });
});
