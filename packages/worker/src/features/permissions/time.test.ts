import { RequestHooks, decisionOf } from '../../fixtures/request-hooks';
import { KernelUnderTest } from '../../fixtures/kernel';

let w: KernelUnderTest;
let hooks: RequestHooks;
async function start(settings: Record<string, string> = {}): Promise<void> {
  w = new KernelUnderTest(settings);
  await w.open();
  hooks = new RequestHooks(w);
}
afterEach(async () => {
  hooks.close();
  await w.close();
});

/** Moves the worker's clock ahead, as after sleep, and makes a new request so that it checks its deadlines. */
async function later(minutes: number): Promise<void> {
  w.ahead += minutes * 60_000;
  await hooks.request({ payload: { tool_input: { command: `after ${w.ahead}` } } }).waiting;
}
const repeats = (text: string): number[] =>
  w.telegram.calls
    .filter(({ method, params }) => method === 'sendMessage' && String(params['text']).includes(text))
    .map(({ params }) => (params['disable_notification'] === true ? 0 : 1));

describe('an unanswered request', () => {
  it('is sent again once, with sound, after the time in the settings', async () => {
    await start({ CCBOT_ASK_REMIND: '0.01' });
    await w.ready();
    const hook = hooks.request();
    const first = await hooks.shown();
    const again = await w.until(() =>
      w.said('wants to run').find((m) => m.id > first.id && m.keyboard.length > 0),
    );
    await w.until(() => w.said('wants to run').length === 1); // the old one goes
    await later(60);
    w.telegram.owner.tap('✓ Allow', again.id);
    expect(decisionOf(await hook.answer)).toEqual({ behavior: 'allow' });
    expect(repeats('make deploy')).toEqual([1, 1]);
  });

  it('makes no sound in quiet hours, and is sent again when they end', async () => {
    const clock = (at: Date): string => at.toTimeString().slice(0, 5);
    const hour = 3_600_000;
    const quiet = `${clock(new Date(Date.now() - hour))}-${clock(new Date(Date.now() + hour))}`;
    await start({ CCBOT_QUIET_HOURS: quiet });
    await w.ready();
    hooks.request();
    expect((await hooks.shown()).silent).toBe(true);
    await later(30);
    await w.until(() => w.said('after ')[0]);
    expect(repeats('make deploy')).toEqual([0]);
    await later(40);
    await w.until(() => repeats('make deploy').length === 2);
    expect(repeats('make deploy')).toEqual([0, 1]);
  });

  it('is closed after the time the agent can wait, and its own dialog decides', async () => {
    await start({ CCBOT_AGENT_BACKEND: 'codex', CODEX_COMMAND: process.execPath });
    await w.opened();
    w.panes.show(w.session, ['', '› ', '', '  gpt-5 default · ~/project']);
    await w.eventually(() => w.rooms.sessions.get(w.session)?.phase === 'ready');
    const hook = hooks.request({ backend: 'codex' });
    await hooks.shown();
    w.ahead += 3 * 60_000;
    const second = hooks.request({ backend: 'codex', payload: { tool_input: { command: 'other' } } });
    expect(await hook.answer).toBe('');
    await w.until(() => w.said('make deploy').find((m) => m.keyboard.length === 0));
    w.telegram.owner.tap('✓ Allow', (await hooks.shown('other')).id);
    expect(decisionOf(await second.answer)).toEqual({ behavior: 'allow' });
  });
});

describe('a rule for some minutes', () => {
  async function allowed(): Promise<void> {
    await w.ready();
    w.telegram.owner.say('/allow');
    w.telegram.owner.tap(
      '✓ Allow for 10 minutes',
      (await w.until(() => w.said('Allow everything demo asks for')[0])).id,
    );
    await w.until(() => w.said('every permission request of demo for 10 minutes')[0]);
  }
  const audited = () => w.logged.filter(({ text }) => text === 'request decided').map(({ meta }) => meta);

  it('allows nothing after they pass, and logs everything it allowed', async () => {
    await start();
    await allowed();
    expect(decisionOf(await hooks.request().answer)).toEqual({ behavior: 'allow' });
    expect(audited()).toMatchObject([{ by: 'rule', tool: 'Bash', title: 'make deploy' }]);
    w.ahead += 10 * 60_000;
    const hook = hooks.request();
    w.telegram.owner.tap('✗ Deny', (await hooks.shown()).id);
    expect(decisionOf(await hook.answer)).toMatchObject({ behavior: 'deny' });
    expect(audited()[1]).toMatchObject({ by: 'user', decision: { do: 'deny' } });
  });

  it('ends while ccbot is not running, and its end is logged', async () => {
    await start();
    await allowed();
    await w.stop();
    w.ahead += 11 * 60_000;
    await w.start();
    expect(w.rooms.sessions.get(w.session)?.allowing).toBeUndefined();
    expect(w.logged.some(({ text }) => text === 'rule ended')).toBe(true);
    hooks.request();
    await hooks.shown();
  });
});

it('makes a sound also for a session that the chat does not write to', async () => {
  await start();
  await w.ready();
  const first = w.session;
  await w.opened();
  expect(w.session).not.toBe(first);
  const hook = hooks.request({ session: first });
  const message = await hooks.shown();
  expect(message).toMatchObject({ silent: false });
  w.telegram.owner.tap('✓ Allow', message.id);
  expect(decisionOf(await hook.answer)).toEqual({ behavior: 'allow' });
});

it('handles two requests of one session at the same time, each with its own answer', async () => {
  await start();
  await w.ready();
  const [one, two] = ['first', 'second'].map((command) =>
    hooks.request({ payload: { tool_input: { command } } }),
  );
  const [a, b] = [await hooks.shown('first'), await hooks.shown('second')];
  w.telegram.owner.tap('✗ Deny', b.id);
  expect(decisionOf((await two?.answer) ?? '')).toMatchObject({ behavior: 'deny' });
  w.telegram.owner.tap('✓ Allow', a.id);
  expect(decisionOf((await one?.answer) ?? '')).toEqual({ behavior: 'allow' });
  await w.until(() => w.said('first').find((m) => m.text.includes('✓ Allowed.')));
  await w.until(() => w.said('second').find((m) => m.text.includes('✗ Denied.')));
});

it('is closed when the records show the end of its own tool, not of another', async () => {
  await start();
  await w.ready();
  const tool = (id: string, command: string) =>
    w.record({
      type: 'assistant',
      message: { id: `m-${id}`, content: [{ type: 'tool_use', id, name: 'Bash', input: { command } }] },
    });
  const result = (id: string) =>
    w.record({
      type: 'user',
      message: { content: [{ type: 'tool_result', tool_use_id: id, content: 'ok' }] },
    });
  w.write(w.prompted('go'), tool('t1', 'ls'), tool('t2', 'make deploy'));
  const hook = hooks.request();
  await hooks.shown();
  w.write(result('t1'));
  await w.until(() => w.said('✓ Bash ls')[0]);
  expect(hooks.open()).toBeDefined();
  w.write(result('t2'));
  expect(await hook.answer).toBe('');
  await w.until(() => w.said('Answered at the terminal')[0]);
});

it('leaves a request to the terminal when the disk is full, and takes the next when there is room', async () => {
  await start();
  await w.ready();
  const pages = w.store.db.pragma('page_count') as number;
  w.store.db.pragma(`max_page_count = ${pages}`);
  const big = { tool_input: { command: 'x'.repeat(200_000) } };
  expect(await hooks.request({ payload: big }).answer).toBe('');
  expect(w.logged.some(({ text }) => text === 'request not taken')).toBe(true);
  w.store.db.pragma('max_page_count = 1000000');
  const hook = hooks.request();
  w.telegram.owner.tap('✓ Allow', (await hooks.shown()).id);
  expect(decisionOf(await hook.answer)).toEqual({ behavior: 'allow' });
});
