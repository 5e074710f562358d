import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ChatMessage } from '@ccbot/sandbox/telegram/model';
import { botMessages, botSays } from './harness/chat';
import { prepareSystem, workerPid, type Supervisor, type System } from './harness/system';

jest.setTimeout(120_000);

describe('what is written before there is a session', () => {
  let system: System;
  let supervisor: Supervisor;
  beforeEach(async () => {
    system = await prepareSystem({ settings: { SHELL: '/bin/bash' } });
    supervisor = system.supervise();
  });
  afterEach(() => system.stop());

  const owner = (): System['telegram']['owner'] => system.telegram.owner;
  const prompts = (): string[] => system.model.requests.map((r) => r.prompt);
  const browser = (): ChatMessage | undefined => botMessages(system, 'New session').at(-1);
  const keeps = (text: string): Promise<unknown> =>
    system.telegram.waitFor(() => browser()?.text.includes(text), 30_000);
  const file = (name: string) => ({ name, mime: 'text/plain', bytes: Buffer.from('its content') });

  it('reaches the real Claude Code in order, although the worker was killed each time', async () => {
    owner().say('first: what does `__init__.py` do?');
    await keeps('Your message is kept');
    process.kill(workerPid(supervisor), 'SIGKILL');
    owner().upload(file('notes.txt'), { caption: 'second: **these** notes' });
    owner().album([file('a.txt'), file('b.txt')], { caption: 'third: both' });
    owner().say('last');
    await keeps('Your 4 messages are kept');
    process.kill(workerPid(supervisor), 'SIGKILL');
    owner().tap('▶ Start here', browser()?.id);
    await botSays(system, 'Your 4 messages go to project');
    process.kill(workerPid(supervisor), 'SIGKILL');
    await system.model.waitFor((r) => r.prompt === 'last', 60_000);
    expect(prompts()).toEqual([
      'first: what does `__init__.py` do?',
      expect.stringMatching(/^File: .*notes\.txt\n\nsecond: \*\*these\*\* notes$/),
      expect.stringMatching(/^File: .*a\.txt\n\nthird: both\n\nFile: .*b\.txt$/),
      'last',
    ]);
    const inbox = join(system.project, '.ccbot-inbox');
    const names = readdirSync(inbox).filter((name) => name.endsWith('.txt'));
    expect(names).toHaveLength(3);
    expect(readFileSync(join(inbox, names[0] ?? ''), 'utf8')).toBe('its content');
    await system.telegram.waitFor(() => browser() === undefined);
  });

  it('stays when the browser is cancelled, and goes to the session that is started next', async () => {
    owner().say('not lost');
    await keeps('Your message is kept');
    owner().tap('✖ Cancel', browser()?.id);
    await botSays(system, 'Your message goes to the next session');
    owner().say(`/new api ${system.project}`);
    await botSays(system, 'Your message goes to api');
    await system.model.waitFor((r) => r.prompt === 'not lost');
  });

  it('is not typed into a shell if it holds words of others', async () => {
    const forward = { type: 'hidden_user' as const, date: 1_700_000_000, sender_user_name: 'Bob' };
    owner().say('$(touch pwned)', { forward });
    await keeps('Your message is kept');
    owner().say('touch own');
    await keeps('Your 2 messages are kept');
    owner().say(`/new @shell ${system.project}`);
    await botSays(system, 'Nothing was typed into');
    const files = (): string[] => readdirSync(system.project);
    await system.telegram.waitFor(() => files().includes('own'), 30_000);
    expect(files()).not.toContain('pwned');
  });
});
