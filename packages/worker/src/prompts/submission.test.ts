import type { Prompt } from './model';
import { createSubmission, DOUBT_MS, LOOKS_MS, type Submission } from './submission';

const PROMPT: Prompt = { id: 1, session: 's', chatId: 7, messageId: 1, text: 'one', state: 'typed' };

/** What stands in the input line: the prompt, something else, or there is no such line. */
let stands: boolean | null;
let has: boolean;
let said: string[];
let submission: Submission;

beforeEach(() => {
  jest.useFakeTimers();
  [stands, has, said] = [false, false, []];
  submission = createSubmission({
    confirmed: () => has,
    stands: () => Promise.resolve(stands),
    press: () => Promise.resolve(void said.push('Enter')),
    onLeft: () => void said.push('left'),
    onStuck: () => void said.push('stuck'),
    onSilence: () => void said.push('silence'),
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
  it('is over at once when the agent tells that it has the prompt', async () => {
    submission.watch(PROMPT);
    await pass(20);
    expect(submission.watches('s')).toBe(true);
    has = true;
    submission.confirmed(PROMPT.id);
    await pass(0);
    expect(said).toEqual(['left']);
    expect(submission.watches('s')).toBe(false);
  });

  it('is over at the first look where there is no input line, and waits for none to be drawn', async () => {
    stands = null;
    submission.watch(PROMPT);
    await pass(LOOKS_MS[0] ?? 0);
    expect(said).toEqual(['left']);
    await pass(DOUBT_MS);
    expect(said).toEqual(['left', 'silence']);
  });

  it('goes on while the text may not be drawn yet, and nothing tells that the agent has it', async () => {
    submission.watch(PROMPT);
    await pass(LOOKS_MS[1] ?? 0);
    expect(said).toEqual([]);
    await pass(LOOKS_MS[2] ?? 0);
    expect(said).toEqual(['left']);
  });
});
