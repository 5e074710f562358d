import { KernelUnderTest } from '../fixtures/kernel';

jest.setTimeout(30_000);

const PROMPT_ID = 'prompt-1';

describe('an answer that a hook tells before its record is written', () => {
  const kernel = new KernelUnderTest();
  let n = 0;
  /** The id of the prompt whose turn runs. */
  let prompt = PROMPT_ID;

  beforeAll(async () => {
    await kernel.open();
    await kernel.ready();
  });
  afterAll(() => kernel.close());
  beforeEach(async () => {
    prompt = `prompt-${++n}`;
    const content = `do ${prompt}`;
    kernel.write(kernel.record({ type: 'user', promptId: prompt, message: { role: 'user', content } }));
    await kernel.eventually(() => card()?.turnId === prompt);
  });
  afterEach(async () => {
    kernel.write(kernel.turnOver());
    await kernel.eventually(() => card()?.phase === 'idle');
  });

  const card = () => kernel.rooms.sessions.get(kernel.session)?.card;
  const stop = (text: string, more: Record<string, unknown> = {}): Promise<void> =>
    kernel.hook('Stop', { prompt_id: prompt, last_assistant_message: text, ...more });
  /** Every message with a text that the bot sent, edited or not. */
  const sent = (text: string): number =>
    kernel.telegram.calls.filter(
      ({ method, params }) => method.startsWith('send') && JSON.stringify(params).includes(text),
    ).length;
  const drained = (): Promise<void> => kernel.eventually(() => kernel.rooms.outbox.depth() === 0);

  /** What comes before it has been dealt with by then: the socket takes hooks in their order. */
  const ownAnswer = async (): Promise<void> => {
    await stop('Its own answer.');
    await kernel.eventually(() => card()?.answered?.told === 'Its own answer.');
    kernel.write(kernel.answered('Its own answer.'));
    await drained();
  };

  it('is shown once, and its record changes nothing', async () => {
    await stop('The first answer.');
    const message = await kernel.until(() => kernel.said('The first answer.')[0]);
    expect(message.text).toContain('done');
    expect(card()?.phase).toBe('working');
    kernel.write(kernel.answered('The first answer.\n'), kernel.turnOver());
    await kernel.eventually(() => card()?.phase === 'idle');
    await drained();
    expect(kernel.said('The first answer.')).toHaveLength(1);
    expect(sent('The first answer.')).toBe(1);
  });

  it('is shown once when the worker ends between the two', async () => {
    await stop('The second answer.');
    await kernel.eventually(() => card()?.answered?.told !== undefined);
    await kernel.stop();
    kernel.write(kernel.answered('The second answer.'));
    await kernel.start();
    await kernel.until(() => kernel.said('The second answer.')[0]);
    await kernel.eventually(() => card()?.texts.length === 1);
    await drained();
    expect(sent('The second answer.')).toBe(1);
  });

  it('is shown when the worker was away while the hook ran', async () => {
    await kernel.stop();
    kernel.write(kernel.answered('The third answer.'), kernel.turnOver());
    await kernel.start();
    await kernel.until(() => kernel.said('The third answer.')[0]);
  });

  it('is not reported as finished to the user who has it and switched to another session before the turn ended', async () => {
    await stop('The answer before a switch.');
    await kernel.until(() => kernel.said('The answer before a switch.')[0]);
    kernel.rooms.active.set(7, 'another');
    kernel.write(kernel.answered('The answer before a switch.'), kernel.turnOver());
    await kernel.eventually(() => card()?.phase === 'idle');
    await drained();
    expect(sent('The answer before a switch.')).toBe(1);
    kernel.rooms.active.set(7, kernel.session);
  });

  it('is masked like every other', async () => {
    const secret = `sk-ant-api03-${'a1B2c3D4'.repeat(10)}`;
    await stop(`The key is ${secret}.`);
    await kernel.until(() => kernel.said('The key is')[0]);
    kernel.write(kernel.answered(`The key is ${secret}.`));
    await kernel.eventually(() => card()?.texts.length === 1);
    await drained();
    expect(kernel.telegram.calls.some(({ params }) => JSON.stringify(params).includes(secret))).toBe(false);
    expect(sent('The key is')).toBe(1);
  });

  it('comes as a file when it is too long for messages, once', async () => {
    const long = 'A sentence of a very long answer. '.repeat(4_500);
    await stop(long);
    await kernel.until(() => kernel.telegram.calls.some(({ method }) => method === 'sendDocument'));
    kernel.write(kernel.answered(long));
    await kernel.eventually(() => card()?.texts.length === 1);
    await drained();
    expect(kernel.telegram.calls.filter(({ method }) => method === 'sendDocument')).toHaveLength(1);
  });

  it('comes in as many parts as it needs, once', async () => {
    const long = Array.from({ length: 300 }, (_, i) => `Line ${i} of a long answer.`).join('\n\n');
    await stop(long);
    await kernel.until(() => kernel.said('Line 299 of')[0]);
    kernel.write(kernel.answered(long));
    await kernel.eventually(() => card()?.texts.length === 1);
    await drained();
    expect(sent('Line 0 of')).toBe(1);
    expect(sent('Line 299 of')).toBe(1);
  });

  it('is not shown when the hook is of another session', async () => {
    const answer = { prompt_id: prompt, last_assistant_message: 'A foreign answer.' };
    await kernel.hook('Stop', { ...answer, session_id: 'other-session' }, null);
    await kernel.hook('Stop', { ...answer, session_id: 'other-session', transcript_path: '/none.jsonl' });
    await kernel.hook('Stop', { ...answer, session_id: 'other-session' });
    await kernel.hook('SessionStart', { source: 'resume' });
    await kernel.eventually(
      () => kernel.rooms.sessions.get(kernel.session)?.binding?.sessionId === 'agent-session',
    );
    kernel.write(kernel.answered('The transcript’s answer.'), kernel.turnOver());
    await kernel.until(() => kernel.said('The transcript’s answer.')[0]);
    expect(kernel.said('A foreign answer.')).toEqual([]);
  });

  it.each([
    ['another turn', { prompt_id: 'prompt-0' }],
    ['a turn without a name', { prompt_id: undefined }],
    ['a sub-agent', { agent_id: 'a1' }],
    ['an answer that is no text', { last_assistant_message: ['x'] }],
  ])('is not shown when the hook is of %s', async (_, more) => {
    await stop('A foreign answer.', more);
    await ownAnswer();
    expect(kernel.said('A foreign answer.')).toEqual([]);
  });
});
