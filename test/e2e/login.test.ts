import { prepareSystem, type System } from './harness/system';
import { count, botMessages, startSession, botSays } from './harness/chat';

describe('an expired login of the real Claude Code', () => {
  let system: System;
  let isExpired = true;

  beforeAll(async () => {
    system = await prepareSystem({
      // Nothing beyond loopback: requests of the login to Anthropic are refused here.
      settings: { CLAUDE_CODE_MAX_RETRIES: '1', HTTPS_PROXY: 'http://127.0.0.1:9', NO_PROXY: '127.0.0.1' },
      rules: [
        () =>
          isExpired
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
    const notice = await botSays(system, 'is no longer valid');
    expect(notice.keyboard.flat().map((button) => button.text)).toEqual(['🔑 Log in']);
    expect(notice.silent).toBe(false);
    write('two');
    await system.telegram.waitFor(() => count(system, 'authentication_failed') >= 2);
    expect(announced()).toBe(1);
  });

  it('can be renewed from the phone: the link arrives, the code is used and deleted, the result is shown', async () => {
    system.telegram.owner.tap('🔑 Log in');
    const link = await botSays(system, 'https://claude.ai/oauth/authorize?');
    expect(link.text).toContain('next message');
    const half = write('justahalf');
    await botSays(system, 'did not accept the code');
    const code = write('not-a-code#at-all');
    await botSays(system, 'The login of Claude Code failed');
    const isVisible = (id: number): boolean =>
      system.telegram.owner.chat().some((message) => message.id === id && !message.deleted);
    await system.telegram.waitFor(() => !isVisible(half) && !isVisible(code));
    expect(botMessages(system, 'not-a-code#at-all')).toEqual([]);
    expect(system.model.requests.some((r) => r.prompt.includes('not-a-code'))).toBe(false);
  });

  it('leaves the next message alone when the login is cancelled', async () => {
    write('/login');
    const link = await system.telegram.waitFor(() =>
      botMessages(system, 'https://claude.ai/oauth/authorize?').find((m) => m.keyboard.flat().length > 0),
    );
    system.telegram.owner.tap('Cancel', link.id);
    await botSays(system, 'Login of Claude Code cancelled');
    isExpired = false;
    write('hello again');
    await botSays(system, 'You said: hello again');
  });

  it('is resolved when the agent works again, and not mistaken in a message that mentions it', async () => {
    write('authentication_failed: Please run /login · API Error: 401');
    await botSays(system, 'You said: authentication_failed');
    const resolved = await botSays(system, 'It works again.');
    expect(resolved.text).toContain('is no longer valid');
    expect(resolved.keyboard).toEqual([]);
    expect(announced()).toBe(1);
  });

  it('is announced again when the login expires again', async () => {
    isExpired = true;
    write('three');
    await system.telegram.waitFor(() => announced() === 2);
  });
});
