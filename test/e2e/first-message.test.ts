import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ChatMessage } from '@ccbot/sandbox/telegram/model';
import { botMessages, botSays } from './harness/chat';
import { prepareSystem, workerPid, type Supervisor, type System } from './harness/system';

describe('what is written before there is a session', () => {
  let system: System;
  let supervisor: Supervisor;
  beforeEach(async () => {
    system = await prepareSystem({ settings: { SHELL: '/bin/bash' } });
    supervisor = system.supervise();
  });
  afterEach(() => system.stop());

  const owner = (): System['telegram']['owner'] => system.telegram.owner;
  /** The agent's own records: it may read several messages in one request. */
  const transcript = (): string => {
    const folder = join(system.home, '.claude');
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    return files
      .filter((name) => name.endsWith('.jsonl'))
      .map((name) => readFileSync(join(folder, name), 'utf8'))
      .join('');
  };
  const browser = (): ChatMessage | undefined => botMessages(system, 'New session').at(-1);
  const keeps = (text: string): Promise<unknown> =>
    system.telegram.waitFor(() => browser()?.text.includes(text));
  const file = (name: string) => ({ name, mime: 'text/plain', bytes: Buffer.from('its content') });

  it('reaches the real Claude Code, although the worker was killed each time', async () => {
    owner().say('first: what does `__init__.py` do?');
    await keeps('Your message is kept');
    process.kill(workerPid(supervisor), 'SIGKILL');
    owner().upload(file('notes.txt'), { caption: 'second: **these** notes' });
    owner().say('last of all');
    await keeps('Your 3 messages are kept');
    process.kill(workerPid(supervisor), 'SIGKILL');
    // If it was killed before it knew that the browser had arrived, the next worker sends it again.
    owner().say('/health');
    await botSays(system, 'updates waiting');
    owner().tap('▶ Start here', browser()?.id);
    await botSays(system, 'Your 3 messages go to project');
    process.kill(workerPid(supervisor), 'SIGKILL');
    const texts = [
      'first: what does `__init__.py` do?',
      'notes.txt\\n\\nsecond: **these** notes',
      'last of all',
    ];
    for (const text of texts) await system.telegram.waitFor(() => transcript().includes(text));
    const places = texts.map((text) => transcript().indexOf(text));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    const inbox = join(system.project, '.ccbot-inbox');
    const names = readdirSync(inbox).filter((name) => name.endsWith('.txt'));
    expect(names).toHaveLength(1);
    expect(readFileSync(join(inbox, names[0] ?? ''), 'utf8')).toBe('its content');
  });

  it('stays when the browser is cancelled, and goes to the session that is started next', async () => {
    owner().say('not lost');
    await keeps('Your message is kept');
    owner().tap('✖ Cancel', browser()?.id);
    await botSays(system, 'Your message goes to the next session');
    owner().say(`/new api ${system.project}`);
    await botSays(system, 'Your message goes to api');
    await system.model.waitFor((r) => r.prompt === 'not lost');
    expect(browser()).toBeUndefined();
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
    await system.telegram.waitFor(() => files().includes('own'));
    expect(files()).not.toContain('pwned');
  });
});
