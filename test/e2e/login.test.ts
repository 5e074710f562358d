import { prepareSystem, type System } from './harness/system';
import { count, saying, startSession, told } from './harness/chat';

jest.setTimeout(90_000);

describe('a dead login of the real Claude Code', () => {
  let system: System;
  let dead = true;

  beforeAll(async () => {
    system = await prepareSystem({
      // Nothing beyond loopback: what the login would ask of Anthropic is refused here.
      settings: { CLAUDE_CODE_MAX_RETRIES: '1', HTTPS_PROXY: 'http://127.0.0.1:9', NO_PROXY: '127.0.0.1' },
      rules: [
        () =>
          dead
            ? { refuse: { status: 401, type: 'authentication_error', message: 'OAuth token has expired' } }
            : null,
      ],
    });
    system.supervise();
    await startSession(system);
  });
  afterAll(() => system.stop());
  const write = (text: string): number => system.telegram.owner.say(text);
  const announced = (): number => count(system, 'is no longer valid');

  it('is announced once, with a button', async () => {
    write('one');
    const notice = await told(system, 'is no longer valid');
    expect(notice.keyboard.flat().map((button) => button.text)).toEqual(['🔑 Log in']);
    expect(notice.silent).toBe(false);
    write('two');
    await system.telegram.waitFor(() => count(system, 'authentication_failed') >= 2);
    expect(announced()).toBe(1);
  });

  it('lets the agent’s own login run from the phone: its link comes, the code is taken and deleted, the outcome is told', async () => {
    system.telegram.owner.tap('🔑 Log in');
    const link = await told(system, 'https://claude.ai/oauth/authorize?');
    expect(link.text).toContain('next message');
    const half = write('justahalf');
    await told(system, 'did not take the code');
    const code = write('not-a-code#at-all');
    await told(system, 'The login of Claude Code failed');
    const seen = (id: number): boolean =>
      system.telegram.owner.chat().some((message) => message.id === id && !message.deleted);
    await system.telegram.waitFor(() => !seen(half) && !seen(code));
    expect(saying(system, 'not-a-code#at-all')).toEqual([]);
    expect(system.model.requests.some((r) => r.prompt.includes('not-a-code'))).toBe(false);
  });

  it('lets go of the next message when the login is cancelled', async () => {
    write('/login');
    const link = await system.telegram.waitFor(() =>
      saying(system, 'https://claude.ai/oauth/authorize?').find((m) => m.keyboard.flat().length > 0),
    );
    system.telegram.owner.tap('Cancel', link.id);
    await told(system, 'was cancelled');
    dead = false;
    write('hello again');
    await told(system, 'You said: hello again');
  });

  it('is over when the agent works again, and not found in what somebody writes about it', async () => {
    write('authentication_failed: Please run /login · API Error: 401');
    await told(system, 'You said: authentication_failed');
    const over = await told(system, 'It works again.');
    expect(over.text).toContain('is no longer valid');
    expect(over.keyboard).toEqual([]);
    expect(announced()).toBe(1);
  });

  it('is announced anew when it dies after it worked', async () => {
    dead = true;
    write('three');
    await system.telegram.waitFor(() => announced() === 2);
  });
});
